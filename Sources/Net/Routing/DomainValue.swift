/// A string that obeys a rule: a slug, a country code, a storage key. It cannot exist unless it does.
package protocol DomainValue: Codable, Hashable, Sendable, PathValue, CustomStringConvertible {
  var text: String { get }
  init?(_ text: String)
  /// What a valid value looks like, as in "a slug such as big-buck-bunny".
  static var expectation: String { get }
  /// A valid value: documentation shows it, and schemas are made with it.
  static var example: Self { get }
  static var schema: JSONSchema { get }
}

extension DomainValue {
  package static var schema: JSONSchema { .string(description: expectation) }
  package var description: String { text }

  package init?(path: String) { self.init(path) }

  package init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    guard let value = Self(try container.decode(String.self)) else {
      throw DecodingError.expected(Self.expectation, at: decoder.codingPath)
    }
    self = value
  }

  package func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(text)
  }
}

/// A whole number within bounds: a page, a season. `typealias Page = Bounded<PageBounds>`.
package struct Bounded<Limits: Bounds>: Codable, Hashable, Sendable {
  package let value: Int

  package init?(_ value: Int) {
    guard Limits.range.contains(value) else { return nil }
    self.value = value
  }

  package init(from decoder: any Decoder) throws {
    // Of a number that is no Int, such as 1.5 or 1e99, Foundation says that the whole text were no JSON.
    let number = try? decoder.singleValueContainer().decode(Int.self)
    guard let bounded = number.flatMap({ Self($0) }) else {
      throw DecodingError.expected(JSONSchema.integer(Limits.range).words, at: decoder.codingPath)
    }
    self = bounded
  }

  package func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(value)
  }
}

package protocol Bounds: Hashable, Sendable {
  static var range: ClosedRange<Int> { get }
}

/// Lets the schema of a bounded number be found without knowing its bounds' type.
protocol BoundedNumber {
  static var range: ClosedRange<Int> { get }
}

extension Bounded: BoundedNumber {
  static var range: ClosedRange<Int> { Limits.range }
}
