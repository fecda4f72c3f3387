/// A value that a statement can bind. It travels as text and takes its type from its place in the statement,
/// as a quoted literal would.
package protocol PostgresEncodable {
  /// The value in PostgreSQL's text form; nil is NULL.
  var postgresText: String? { get }
}

extension String: PostgresEncodable {
  package var postgresText: String? { self }
}

extension Bool: PostgresEncodable {
  package var postgresText: String? { self ? "t" : "f" }
}

extension Int: PostgresEncodable {
  package var postgresText: String? { String(self) }
}

extension Int64: PostgresEncodable {
  package var postgresText: String? { String(self) }
}

extension Double: PostgresEncodable {
  package var postgresText: String? { description }
}

extension Optional: PostgresEncodable where Wrapped: PostgresEncodable {
  package var postgresText: String? { flatMap(\.postgresText) }
}

/// Domain types over a string bind as it: `Slug`, `Email`, `Role`.
extension PostgresEncodable where Self: RawRepresentable, RawValue: PostgresEncodable {
  package var postgresText: String? { rawValue.postgresText }
}

/// Bytes for a `bytea` column.
package struct Bytes: PostgresEncodable, Equatable, Sendable {
  package var bytes: [UInt8]

  package init(_ bytes: [UInt8]) { self.bytes = bytes }

  package var postgresText: String? {
    var text = "\\x"
    for byte in bytes {
      text.append(byte < 16 ? "0" : "")
      text.append(String(byte, radix: 16))
    }
    return text
  }
}

/// A document for a `json` or `jsonb` column, already serialised.
package struct JSONText: PostgresEncodable, Equatable, Sendable {
  package var text: String

  package init(_ text: String) { self.text = text }

  package var postgresText: String? { text }
}
