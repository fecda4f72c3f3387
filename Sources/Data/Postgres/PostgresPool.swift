package import Loop

/// What answers statements: the pool, or a transaction. A store's functions take either.
package protocol PostgresSession: AnyObject {
  func query(_ sql: SQL) async throws(PostgresError) -> [Row]

  /// The number of rows that the statement changed.
  @discardableResult
  func execute(_ sql: SQL) async throws(PostgresError) -> Int
}

/// One loop's connections to the database.
package final class PostgresPool: PostgresSession {
  private let readers: [Reader]
  private let sessions: SessionPool

  package init(on loop: EventLoop, _ settings: PostgresSettings) {
    let dialer = Dialer(settings, on: loop)
    readers = (0..<settings.readers).map { _ in Reader(dialer) }
    sessions = SessionPool(dialer)
  }

  /// A `SELECT` shares a connection, and one implicit transaction a tick, with other reads, and is repeated when the
  /// connection breaks: one that has effects belongs in `transaction`. Anything else has a connection for itself.
  package func query(_ sql: SQL) async throws(PostgresError) -> [Row] { try await run(sql).rows }

  @discardableResult
  package func execute(_ sql: SQL) async throws(PostgresError) -> Int { try await run(sql).changedRows }

  /// Commits when `body` returns and rolls back when it throws. The transaction is of no use after `body`.
  @discardableResult
  package func transaction<T>(_ body: (PostgresTransaction) async throws -> T) async throws -> T {
    let connection = try await sessions.acquire()
    defer { sessions.release(connection) }
    // No need to wait for its answer: it travels with the first statement.
    try connection.send("BEGIN")
    do {
      let value = try await body(PostgresTransaction(connection))
      let answer = try await connection.run("COMMIT")
      // A failed statement that `body` swallowed makes COMMIT a rollback.
      guard answer.commandTag == "COMMIT" else { throw TransactionRolledBack() }
      return value
    } catch {
      if connection.isOpen, !(error is TransactionRolledBack) { _ = try? await connection.run("ROLLBACK") }
      throw error
    }
  }

  /// Whether the database answers, for readiness.
  package func ping() async throws(PostgresError) { _ = try await query("SELECT 1") }

  package func close() {
    for reader in readers { reader.close() }
    sessions.close()
  }

  private func run(_ sql: SQL) async throws(PostgresError) -> Answer {
    if sql.isRead, let reader = readers.min(by: { $0.load < $1.load }) { return try await reader.read(sql) }
    let connection = try await sessions.acquire()
    defer { sessions.release(connection) }
    return try await connection.run(sql)
  }
}

/// Statements that take effect together.
package final class PostgresTransaction: PostgresSession {
  private let connection: PostgresConnection

  init(_ connection: PostgresConnection) { self.connection = connection }

  package func query(_ sql: SQL) async throws(PostgresError) -> [Row] { try await connection.run(sql).rows }

  @discardableResult
  package func execute(_ sql: SQL) async throws(PostgresError) -> Int { try await connection.run(sql).changedRows }
}

/// A statement failed, its error was swallowed, and the transaction had no effect.
package struct TransactionRolledBack: Error {}
