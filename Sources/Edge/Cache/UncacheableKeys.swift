internal import Loop

/// The URLs whose last answer was one caller's own: for a while nobody waits there for another's answer. A table of
/// fixed size, so that no flood of URLs can fill it: a newer one takes an older one's place.
struct UncacheableKeys {
  /// Long enough to spare a queue, short enough to notice soon that the answer has become everybody's.
  private static let lifetime = Duration.seconds(10)

  private var slots: [(fingerprint: Int, end: Instant)]

  init(count: Int = 4096) {
    slots = Array(repeating: (0, Instant(nanoseconds: 0)), count: count)
  }

  mutating func insert(_ key: CacheKey, at now: Instant) {
    let fingerprint = key.hashValue
    slots[slot(fingerprint)] = (fingerprint, now + Self.lifetime)
  }

  func contains(_ key: CacheKey, at now: Instant) -> Bool {
    let fingerprint = key.hashValue
    let known = slots[slot(fingerprint)]
    return known.fingerprint == fingerprint && now < known.end
  }

  private func slot(_ fingerprint: Int) -> Int { Int(UInt(bitPattern: fingerprint) % UInt(slots.count)) }
}
