internal import Loop

/// How a reader lags behind what waits for him. Taking buys him time: one second for each `minimumRate` bytes.
struct Lag {
  /// Since when something waits for him, and what he had taken by then.
  private var start: (at: Instant, taken: UInt64)?

  /// To be asked now and then, with what he has taken so far: true once that is too little for too long.
  mutating func isTooLong(at now: Instant, isWaitedFor: Bool, taken: UInt64, _ limits: Limits) -> Bool {
    guard isWaitedFor else {
      start = nil
      return false
    }
    let start = start ?? (now, taken)
    self.start = start
    return now >= start.at + limits.writeTimeout + .seconds(Int64(taken - start.taken) / Int64(limits.minimumRate))
  }
}
