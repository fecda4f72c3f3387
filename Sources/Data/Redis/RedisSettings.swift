/// The limits of a Redis client. Every loop has its own client.
package struct RedisSettings: Sendable {
  /// Two, so that a long reply on one does not hold up the other.
  package var connections = 2
  /// From the call until its reply, unless the call says otherwise.
  package var deadline: Duration = .seconds(2)
  /// To connect and sign in.
  package var connectDeadline: Duration = .seconds(2)
  /// Commands of one connection without a reply. Beyond it: `overloaded`.
  package var queuedCommands = 4096
  /// Their bytes while they wait to be sent. Beyond it: `overloaded`.
  package var queuedBytes = 16 * 1024 * 1024
  package var backoff = Backoff()

  package init() {}
}

/// How long to wait before the next attempt: doubling from the first to the longest, each drawn from its upper half so
/// that a fleet does not come back in step.
package struct Backoff: Equatable, Sendable {
  package var first: Duration = .milliseconds(50)
  package var longest: Duration = .seconds(5)
  private var failures = 0

  package init() {}

  /// - Parameter jitter: 0 to 1.
  package mutating func next(jitter: Double) -> Duration {
    let whole = min(first * (1 << min(failures, 16)), longest)
    failures += 1
    return whole * (0.5 + jitter / 2)
  }

  package mutating func reset() { failures = 0 }
}
