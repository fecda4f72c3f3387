package import Loop

/// A number of things that one may do: spent by doing, regained with time.
package struct Allowance {
  package struct Rate: Sendable {
    /// As many at once, from a rest.
    package var burst: Int
    package var perSecond: Int

    package init(burst: Int, perSecond: Int) {
      self.burst = burst
      self.perSecond = perSecond
    }
  }

  private let rate: Rate
  private var left: Int
  private var since: Instant

  package init(_ rate: Rate, at now: Instant) {
    self.rate = rate
    left = rate.burst
    since = now
  }

  /// False when there was none left.
  package mutating func spend(at now: Instant) -> Bool {
    left -= 1
    guard left < 0 else { return true }
    // Counted only once it runs out: whoever behaves costs no arithmetic.
    let regained = Int((now - since).nanoseconds / 1_000 * Int64(rate.perSecond) / 1_000_000)
    left = min(rate.burst, left + regained)
    since = now
    return left >= 0
  }

  /// Some of it is given back: what was done turned out to be of use.
  package mutating func regain(_ count: Int) { left = min(rate.burst, left + count) }
}
