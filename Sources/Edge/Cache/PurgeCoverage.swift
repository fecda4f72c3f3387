internal import Loop

/// Which answers would have been purged by now, had a write outdated them. All others are validated before use.
struct PurgeCoverage {
  private(set) var isFollowing = false
  private var start: Instant?

  /// Every purge so far has been obeyed, and each new one will be at once.
  mutating func catchUp(at now: Instant) {
    isFollowing = true
    start = start ?? now
  }

  /// Purges cannot be read for now.
  mutating func lose() { isFollowing = false }

  /// Some are lost for good.
  mutating func startAfresh(at now: Instant) { start = now }

  /// - Parameter askedAt: when the origin was asked for the answer.
  func covers(_ askedAt: Instant) -> Bool {
    guard isFollowing, let start else { return false }
    return askedAt > start
  }
}
