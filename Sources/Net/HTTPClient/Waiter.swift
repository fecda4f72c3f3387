/// Whoever awaits one outcome: resumed exactly once.
@safe final class Waiter<Value> {
  typealias Outcome = Result<Value, HTTPClientError>

  private var continuation: UnsafeContinuation<Outcome, Never>?
  private var outcome: Outcome?

  /// The outcome, at once when it is there already.
  func wait() async throws(HTTPClientError) -> Value {
    if let outcome { return try outcome.get() }
    let outcome = unsafe await withUnsafeContinuation { unsafe continuation = $0 }
    return try outcome.get()
  }

  /// Only the first one counts. False for any later.
  @discardableResult
  func resume(_ outcome: Outcome) -> Bool {
    guard self.outcome == nil else { return false }
    self.outcome = outcome
    // The waiting task runs on the same loop: nothing crosses a thread.
    nonisolated(unsafe) let outcome = outcome
    unsafe continuation?.resume(returning: outcome)
    unsafe continuation = nil
    return true
  }
}
