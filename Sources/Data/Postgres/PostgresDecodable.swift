/// A value that a column's text form can become.
package protocol PostgresDecodable {
  /// Nil when the text is no such value.
  init?(postgresText text: String)

  /// What NULL becomes; nil: NULL is refused.
  static var ofNull: Self? { get }
}

extension PostgresDecodable {
  package static var ofNull: Self? { nil }
}

extension String: PostgresDecodable {
  package init?(postgresText text: String) { self = text }
}

extension Bool: PostgresDecodable {
  package init?(postgresText text: String) {
    switch text {
    case "t": self = true
    case "f": self = false
    default: return nil
    }
  }
}

extension Int: PostgresDecodable {
  package init?(postgresText text: String) { self.init(text) }
}

extension Int64: PostgresDecodable {
  package init?(postgresText text: String) { self.init(text) }
}

extension Double: PostgresDecodable {
  package init?(postgresText text: String) { self.init(text) }
}

extension Optional: PostgresDecodable where Wrapped: PostgresDecodable {
  package init?(postgresText text: String) {
    guard let value = Wrapped(postgresText: text) else { return nil }
    self = value
  }

  package static var ofNull: Self? { .some(nil) }
}

/// Domain types over a decodable value: a role, a slug. A stored value that the type refuses is an error.
extension PostgresDecodable where Self: RawRepresentable, RawValue: PostgresDecodable {
  package init?(postgresText text: String) {
    guard let raw = RawValue(postgresText: text) else { return nil }
    self.init(rawValue: raw)
  }
}

extension Bytes: PostgresDecodable {
  package init?(postgresText text: String) {
    var digits = Array(text.utf8)
    guard digits.starts(with: [UInt8(ascii: "\\"), UInt8(ascii: "x")]), digits.count.isMultiple(of: 2) else {
      return nil
    }
    digits.removeFirst(2)
    var bytes: [UInt8] = []
    bytes.reserveCapacity(digits.count / 2)
    for index in stride(from: 0, to: digits.count, by: 2) {
      guard let high = hexValue(digits[index]), let low = hexValue(digits[index + 1]) else { return nil }
      bytes.append(high << 4 | low)
    }
    self.init(bytes)
  }
}

extension JSONText: PostgresDecodable {
  package init?(postgresText text: String) { self.init(text) }
}

private func hexValue(_ digit: UInt8) -> UInt8? {
  switch digit {
  case UInt8(ascii: "0")...UInt8(ascii: "9"): digit - UInt8(ascii: "0")
  case UInt8(ascii: "a")...UInt8(ascii: "f"): digit - UInt8(ascii: "a") + 10
  default: nil
  }
}
