/// A statement and the values it binds: `"SELECT name FROM titles WHERE id = \(id)"` sends `… WHERE id = $1`.
/// Text only enters a statement as a literal of the source, so a value can never become syntax.
package struct SQL: ExpressibleByStringInterpolation, Sendable {
  /// The source between the values: always one more than `binds`.
  private var literals: [String]
  /// The values in PostgreSQL's text form; nil is NULL.
  package private(set) var binds: [String?]

  package init(stringLiteral text: StaticString) {
    literals = [text.description]
    binds = []
  }

  package init(stringInterpolation: StringInterpolation) { self = stringInterpolation.sql }

  /// Statements built of parts: conditions joined by ` AND `, columns by `, `. No part gives an empty statement.
  package init(joining parts: [SQL], by separator: StaticString) {
    self = ""
    for (index, part) in parts.enumerated() {
      if index > 0 { append(separator.description) }
      append(part)
    }
  }

  /// The statement as the server reads it, its values numbered from `$1`.
  package var text: String {
    var text = literals[0]
    for (index, literal) in literals.dropFirst().enumerated() { text += "$\(index + 1)\(literal)" }
    return text
  }

  /// Whether the statement only reads, and may share an implicit transaction with others. A `WITH` may write.
  var isRead: Bool {
    let start = literals[0].utf8.drop { $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "\n") }
    return start.prefix(6).elementsEqual("SELECT".utf8)
  }

  private mutating func append(_ literal: String) { literals[literals.count - 1] += literal }

  private mutating func append(_ part: SQL) {
    append(part.literals[0])
    literals += part.literals.dropFirst()
    binds += part.binds
  }

  private mutating func bind(_ value: String?) {
    literals.append("")
    binds.append(value)
  }
}

extension SQL {
  package struct StringInterpolation: StringInterpolationProtocol {
    fileprivate var sql: SQL = ""

    package init(literalCapacity: Int, interpolationCount: Int) {}

    package mutating func appendLiteral(_ literal: StaticString) { sql.append(literal.description) }

    package mutating func appendInterpolation<Value: PostgresEncodable>(_ value: Value?) {
      sql.bind(value?.postgresText)
    }

    /// A part of a statement, with its own values.
    package mutating func appendInterpolation(_ part: SQL) { sql.append(part) }
  }
}
