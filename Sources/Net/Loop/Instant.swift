/// A point on the monotonic clock, in nanoseconds since an arbitrary start. Never wall time.
package struct Instant: Comparable, Hashable, Sendable {
  package var nanoseconds: UInt64

  package init(nanoseconds: UInt64) { self.nanoseconds = nanoseconds }

  package static func < (left: Instant, right: Instant) -> Bool { left.nanoseconds < right.nanoseconds }

  package static func + (instant: Instant, duration: Duration) -> Instant {
    Instant(nanoseconds: UInt64(clamping: Int64(clamping: instant.nanoseconds) + duration.nanoseconds))
  }

  package static func - (end: Instant, start: Instant) -> Duration {
    .nanoseconds(Int64(bitPattern: end.nanoseconds &- start.nanoseconds))
  }
}

extension Duration {
  /// The whole duration in nanoseconds, exact up to 292 years.
  package var nanoseconds: Int64 { Int64(attoseconds / 1_000_000_000) }

  /// The whole duration in milliseconds, rounded up, as libuv's timers count.
  package var wholeMilliseconds: UInt64 { nanoseconds <= 0 ? 0 : UInt64((nanoseconds + 999_999) / 1_000_000) }
}
