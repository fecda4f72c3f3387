internal import Loop

/// Which answers would have been purged by now, had a write outdated them. All others are validated before use.
struct PurgeCoverage {
  /// Longer than a stream's silence lasts. A process that was paused for so long must not use what it keeps until it
  /// has read what came meanwhile.
  private static let patience = Duration.seconds(5)

  private var start: Instant?
  private var end: Instant?

  var isFollowing: Bool { end != nil }

  /// There is nothing that could be missed.
  static let unneeded = PurgeCoverage(start: Instant(nanoseconds: 0), end: Instant(nanoseconds: .max))

  /// Of a process that knows where an earlier one was on the stream, and goes on there.
  mutating func resume() { start = Instant(nanoseconds: 0) }

  /// Every purge so far has been obeyed, and each new one will be at once.
  mutating func catchUp(at now: Instant) {
    start = start ?? now
    end = now + Self.patience
  }

  /// Purges cannot be read for now.
  mutating func lose() { end = nil }

  /// - Parameter askedAt: when the origin was asked for the answer.
  func covers(_ askedAt: Instant, at now: Instant) -> Bool {
    guard let start, let end else { return false }
    return askedAt > start && now < end
  }
}
