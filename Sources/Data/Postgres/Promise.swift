/// One value that a task awaits and its own loop delivers. The first outcome counts.
final class Promise<Value> {
  private var outcome: Result<Value, PostgresError>?
  private var waiter: CheckedContinuation<Void, Never>?

  var isResolved: Bool { outcome != nil }

  func resolve(_ outcome: Result<Value, PostgresError>) {
    guard self.outcome == nil else { return }
    self.outcome = outcome
    waiter?.resume()
    waiter = nil
  }

  func value() async throws(PostgresError) -> Value {
    if outcome == nil { await withCheckedContinuation { waiter = $0 } }
    guard let outcome else { preconditionFailure("resumed without an outcome") }
    return try outcome.get()
  }
}
