internal import CPQ

/// One row of an answer. It keeps the answer alive.
package struct Row {
  fileprivate let answer: Answer
  fileprivate let index: Int32

  /// The column's value: `let name: String = try row.get("name")`. NULL is an error unless the type is optional.
  package func get<Value: PostgresDecodable>(
    _ column: String, as type: Value.Type = Value.self
  ) throws(PostgresError) -> Value {
    guard let position = answer.columns[column] else { throw .undecodable(column: column, expected: "a column") }
    let value = answer.text(row: index, column: position).map(Value.init(postgresText:)) ?? Value.ofNull
    guard let value else { throw .undecodable(column: column, expected: "\(type)") }
    return value
  }
}

/// One answer of the server. libpq's memory is freed with the last row.
@safe final class Answer {
  private let result: OpaquePointer

  /// A column's position by its name; of two with one name, the first.
  private(set) lazy var columns: [String: Int32] = {
    var columns: [String: Int32] = [:]
    for index in (0..<(unsafe PQnfields(result))).reversed() {
      if let name = unsafe PQfname(result, index) { columns[unsafe String(cString: name)] = index }
    }
    return columns
  }()

  init(owning result: OpaquePointer) { unsafe self.result = result }

  deinit { unsafe PQclear(result) }

  var rows: [Row] { (0..<(unsafe PQntuples(result))).map { Row(answer: self, index: $0) } }

  /// `SELECT 3`, `UPDATE 1`, `COMMIT`.
  var commandTag: String { unsafe PQcmdStatus(result).map { unsafe String(cString: $0) } ?? "" }

  /// The rows that a command changed.
  var changedRows: Int { unsafe PQcmdTuples(result).flatMap { unsafe Int(String(cString: $0)) } ?? 0 }

  fileprivate func text(row: Int32, column: Int32) -> String? {
    guard unsafe PQgetisnull(result, row, column) == 0, let text = unsafe PQgetvalue(result, row, column) else {
      return nil
    }
    return unsafe String(cString: text)
  }
}
