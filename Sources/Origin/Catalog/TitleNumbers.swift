internal import Postgres
package import Routing
internal import Vocabulary

package typealias Year = Bounded<YearBounds>
package enum YearBounds: Bounds { package static let range = 1800...2100 }

/// In minutes. The longest film runs 51 420.
package typealias Runtime = Bounded<RuntimeBounds>
package enum RuntimeBounds: Bounds { package static let range = 1...100_000 }

/// A mean of votes, from 0 to 10.
package struct Rating: Codable, Hashable, Sendable {
  package let value: Double

  package init?(_ value: Double) {
    guard (0...10).contains(value) else { return nil }
    self.value = value
  }

  package init(from decoder: any Decoder) throws {
    let number = try? decoder.singleValueContainer().decode(Double.self)
    guard let rating = number.flatMap({ Rating($0) }) else {
      throw DecodingError.expected("a number from 0 to 10", at: decoder.codingPath)
    }
    self = rating
  }

  package func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(value)
  }
}

/// A day without a time zone.
package struct CalendarDate: ColumnValue {
  package let text: String

  package init?(_ text: String) {
    guard text.utf8.count == 10, Timestamp(iso8601: "\(text)T00:00:00Z") != nil else { return nil }
    self.text = text
  }

  package static let expectation = "a day such as 2008-04-10"
  package static let example = CalendarDate("2008-04-10")!
}
