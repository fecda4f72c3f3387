/// Whoever awaits a command's reply: resumed exactly once, by whichever of reply, deadline and loss comes first.
@safe struct ReplyWaiter {
  /// Of its command, among those of a `RedisMeter`.
  let operation: Int
  private let continuation: UnsafeContinuation<Result<RedisValue, RedisError>, Never>

  /// Suspends until `start`'s waiter is resumed.
  static func wait(
    for operation: Int, _ start: (ReplyWaiter) -> Void
  ) async -> Result<RedisValue, RedisError> {
    unsafe await withUnsafeContinuation { unsafe start(ReplyWaiter(operation: operation, continuation: $0)) }
  }

  func resume(_ outcome: Result<RedisValue, RedisError>) { unsafe continuation.resume(returning: outcome) }
}
