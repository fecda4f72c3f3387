internal import Loop

/// One connection that all reads of a loop share. It is opened by the first read, and again after it broke.
final class Reader {
  private let dialer: Dialer
  private var connection: PostgresConnection?
  private var isDialing = false
  private var waiters: [Promise<PostgresConnection>] = []
  private var isClosed = false

  init(_ dialer: Dialer) { self.dialer = dialer }

  var load: Int { (connection?.outstanding ?? 0) + waiters.count }

  func read(_ sql: SQL) async throws(PostgresError) -> Answer {
    do { return try await ready().run(sql, isRepeatable: true) } catch {
      // A read can be repeated: a restarted server costs its caller nothing but the time.
      guard case .disconnected = error else { throw error }
      return try await ready().run(sql, isRepeatable: true)
    }
  }

  func close() {
    isClosed = true
    connection?.close()
  }

  private func ready() async throws(PostgresError) -> PostgresConnection {
    if let connection, connection.isOpen { return connection }
    guard !isClosed else { throw .unavailable(reason: "closed") }
    guard waiters.count < dialer.settings.queueLimit else { throw .overloaded }
    let promise = Promise<PostgresConnection>()
    waiters.append(promise)
    if !isDialing { dialer.loop.start { [self] in await dial() } }
    isDialing = true
    return try await promise.value()
  }

  private func dial() async {
    let outcome: Result<PostgresConnection, PostgresError>
    do { outcome = .success(try await dialer.dial()) } catch { outcome = .failure(error) }
    isDialing = false
    connection = try? outcome.get()
    if isClosed { connection?.close() }
    let waiting = waiters
    waiters = []
    for promise in waiting { promise.resolve(outcome) }
  }
}
