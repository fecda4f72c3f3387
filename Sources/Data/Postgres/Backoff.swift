internal import Loop

/// When the next attempt may be made: at once after a success, later after each failure.
struct Backoff {
  private static let first: Duration = .milliseconds(100)
  private static let longest: Duration = .seconds(5)

  private var delay: Duration = first
  private var notBefore: Instant?

  func allows(at now: Instant) -> Bool { notBefore.map { now >= $0 } ?? true }

  mutating func failed(at now: Instant) {
    notBefore = now + delay
    delay = min(delay * 2, Self.longest)
  }

  mutating func succeeded() { self = Backoff() }
}
