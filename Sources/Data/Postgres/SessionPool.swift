internal import Loop

/// Connections that one caller has for itself: for a write, or for a transaction.
final class SessionPool {
  private let dialer: Dialer
  private var idle: [PostgresConnection] = []
  /// Idle, lent out, or being opened.
  private var count = 0
  /// Nil lets the waiter open one of its own, in the place that is already counted.
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
    if count < dialer.settings.sessions {
      count += 1
    } else if let connection = try await turn() {
      return connection
    }
    do { return try await dialer.dial() } catch {
      yieldTurn(nil)
      throw error
    }
  }

  /// A connection in the middle of anything is closed: its state is unknown.
  func release(_ connection: PostgresConnection) {
    guard connection.isIdle, !isClosed else {
      connection.close()
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

  /// The place goes to the next in line without being free in between: whoever asks just then would be one too many.
  private func yieldTurn(_ connection: PostgresConnection?) {
    while let waiter = waiters.popFirst() {
      if !waiter.isResolved { return waiter.resolve(.success(connection)) }
    }
    if let connection { idle.append(connection) } else { count -= 1 }
  }
}
