/// A command's reply, or why it has none.
package typealias RedisOutcome = Result<RedisValue, RedisError>

/// Whoever waits for a command's reply: told exactly once, by whichever of reply, deadline and loss comes first.
struct ReplyWaiter {
  /// Of its command, among those of a `RedisMeter`.
  let operation: Int
  let hear: (RedisOutcome) -> Void
}
