internal import Loop

/// Connections that one caller has for itself: for a write, or for a transaction.
final class SessionPool {
  private let dialer: Dialer
  private var idle: [PostgresConnection] = []
  /// Idle, lent out, or being opened.
  private var count = 0
  /// Nil tells the waiter to open one of its own.
  private var waiters = FIFO<Promise<PostgresConnection?>>()
  private var isClosed = false

  init(_ dialer: Dialer) { self.dialer = dialer }

  /// The caller gives it back with `release`.
  func acquire() async throws(PostgresError) -> PostgresConnection {
    guard !isClosed else { throw .unavailable(reason: "closed") }
    while let connection = idle.popLast() {
      if connection.isOpen { return connection }
      count -= 1
    }
    if count >= dialer.settings.sessions, let connection = try await turn() { return connection }
    count += 1
    do { return try await dialer.dial() } catch {
      count -= 1
      yieldTurn(nil)
      throw error
    }
  }

  /// A connection in the middle of anything is closed: its state is unknown.
  func release(_ connection: PostgresConnection) {
    guard connection.isIdle, !isClosed else {
      connection.close()
      count -= 1
      return yieldTurn(nil)
    }
    yieldTurn(connection)
  }

  func close() {
    isClosed = true
    for connection in idle { connection.close() }
    for waiter in waiters.drain() { waiter.resolve(.failure(.unavailable(reason: "closed"))) }
  }

  private func turn() async throws(PostgresError) -> PostgresConnection? {
    waiters.removeAll(where: \.isResolved)
    guard waiters.count < dialer.settings.queueLimit else { throw .overloaded }
    let promise = Promise<PostgresConnection?>()
    waiters.append(promise)
    let alarm = dialer.settings.statementTimeout.map { limit in
      dialer.loop.timer(after: limit) { promise.resolve(.failure(.timedOut(sent: false))) }
    }
    defer { alarm?.cancel() }
    return try await promise.value()
  }

  private func yieldTurn(_ connection: PostgresConnection?) {
    while let waiter = waiters.popFirst() {
      if !waiter.isResolved { return waiter.resolve(.success(connection)) }
    }
    if let connection { idle.append(connection) }
  }
}
