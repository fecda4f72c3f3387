package import Postgres
package import Routing

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
      throw DecodingError.dataCorrupted(
        .init(
          codingPath: decoder.codingPath, debugDescription: "out of range",
          underlyingError: InvalidValue(expected: "a number from 0 to 10")))
    }
    self = rating
  }

  package func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(value)
  }
}

/// A day without a time zone.
package struct CalendarDate: DomainValue, PostgresEncodable, PostgresDecodable {
  package let text: String

  package init?(_ text: String) {
    guard text.utf8.count == 10, Timestamp(iso8601: "\(text)T00:00:00Z") != nil else { return nil }
    self.text = text
  }

  package static let expectation = "a day such as 2008-04-10"
  package static let example = CalendarDate("2008-04-10")!
}

/// A point in time, written as RFC 3339.
package struct Moment: DomainValue, PostgresDecodable {
  package let timestamp: Timestamp

  package init?(_ text: String) {
    guard let timestamp = Timestamp(iso8601: text) else { return nil }
    self.timestamp = timestamp
  }

  package var text: String { timestamp.iso8601 }
  package static let expectation = "a moment with its offset, such as 2026-11-23T20:00:00Z"
  package static let example = Moment("2026-11-23T20:00:00Z")!
}
