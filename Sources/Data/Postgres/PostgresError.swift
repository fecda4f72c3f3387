/// Why a statement has no answer. `fault` says whose matter it is.
package enum PostgresError: Error, Equatable, Sendable {
  /// No connection, and none could be made: nothing was sent.
  case unavailable(reason: String)
  /// The connection broke. When `sent`, the statement may have taken effect.
  case disconnected(sent: Bool)
  /// No answer within the deadline. When `sent`, the statement may have taken effect.
  case timedOut(sent: Bool)
  /// The queue is full: nothing was sent.
  case overloaded
  /// The server refused the statement.
  case server(ServerFault)
  /// A value that PostgreSQL cannot hold: text with a NUL.
  case unencodable
  /// A column is absent, NULL where it may not be, or no such value.
  case undecodable(column: String, expected: String)

  package enum Fault: Sendable { case caller, database, network }

  package var fault: Fault {
    switch self {
    case .unavailable, .disconnected, .timedOut: .network
    case .overloaded: .database
    case .server(let fault): fault.isOfResources ? .database : .caller
    case .unencodable, .undecodable: .caller
    }
  }

  /// The statement broke the named constraint or unique index.
  package func violates(_ constraint: String) -> Bool {
    guard case .server(let fault) = self else { return false }
    return fault.sqlState.hasPrefix("23") && fault.constraint == constraint
  }
}

extension PostgresError: CustomStringConvertible {
  package var description: String {
    switch self {
    case .unavailable(let reason): "no connection: \(reason)"
    case .disconnected: "the connection was lost"
    case .timedOut: "no answer in time"
    case .overloaded: "too many statements wait"
    case .server(let fault): "\(fault)"
    case .unencodable: "a text with a NUL cannot be stored"
    case .undecodable(let column, let expected): "the column \(column) is not \(expected)"
    }
  }
}

/// What the server said. Source: PostgreSQL manual, appendix A (SQLSTATE) and §55.8 (fields).
package struct ServerFault: Equatable, Sendable {
  /// Five characters; the first two are the class.
  package var sqlState: String
  package var message: String
  /// The constraint or unique index that was broken.
  package var constraint: String?

  /// An administrator, or a crash, ends the session: its last word stands where an answer would.
  var endsSession: Bool { sqlState == "57P01" || sqlState == "57P02" }

  /// Insufficient resources, shutting down, starting up.
  var isOfResources: Bool { sqlState.hasPrefix("53") || sqlState.hasPrefix("57P") || sqlState.hasPrefix("58") }
}

extension ServerFault: CustomStringConvertible {
  /// For a log: without the fields that quote rows.
  package var description: String { "\(sqlState) \(message)" }
}
