/// What one hook of one policy has done on one loop.
package struct HookCounters: Sendable {
  /// Upper ends of the latency classes, in nanoseconds; one more class holds all that is slower.
  package static let latencyBounds: [UInt64] = [100, 250, 500, 1_000, 10_000, 100_000, 1_000_000]

  package private(set) var calls: UInt64 = 0
  package private(set) var failures: UInt64 = 0
  package private(set) var denials: UInt64 = 0
  package private(set) var nanoseconds: UInt64 = 0
  package private(set) var latencies: InlineArray<8, UInt64> = InlineArray(repeating: 0)

  mutating func count(_ nanoseconds: UInt64, denied: Bool, failed: Bool) {
    calls += 1
    self.nanoseconds += nanoseconds
    if denied { denials += 1 }
    if failed { failures += 1 }
    var place = 0
    while place < Self.latencyBounds.count, nanoseconds > Self.latencyBounds[place] { place += 1 }
    latencies[place] += 1
  }
}

/// A policy's counters on one loop, by hook.
package struct PolicyCounters: Sendable {
  package let policy: String
  package var isQuarantined: Bool
  package var classify = HookCounters()
  package var authorize = HookCounters()
  package var limit = HookCounters()
  package var vary = HookCounters()

  package subscript(hook: PolicyHook) -> HookCounters {
    switch hook {
    case .classify: classify
    case .authorize: authorize
    case .limit: limit
    case .vary: vary
    }
  }

  /// In place: a call is counted three times a request and more.
  mutating func count(_ hook: PolicyHook, nanoseconds: UInt64, denied: Bool, failed: Bool) {
    switch hook {
    case .classify: classify.count(nanoseconds, denied: denied, failed: failed)
    case .authorize: authorize.count(nanoseconds, denied: denied, failed: failed)
    case .limit: limit.count(nanoseconds, denied: denied, failed: failed)
    case .vary: vary.count(nanoseconds, denied: denied, failed: failed)
    }
  }
}
