internal import HTTP
internal import Loop

/// One question to the origin, and all who wait for its answer.
final class Flight {
  enum Landing {
    /// Good for all who waited, if they select this variant.
    case stored(StoredAnswer)
    /// The answer is one caller's own: everybody asks for themselves.
    case released
    /// There is no answer.
    case failed(Problem)
  }

  let key: CacheKey
  let askedAt: Instant
  /// Purged since: an answer that carries one of them may be older than the write.
  private var outdatedTags: Set<String> = []
  private var isOutdated = false
  private var landing: Landing?
  private var waiters: [() -> Void] = []

  fileprivate init(_ key: CacheKey, at now: Instant) {
    self.key = key
    askedAt = now
  }

  func wait() async -> Landing {
    while true {
      if let landing { return landing }
      unsafe await withUnsafeContinuation { continuation in
        waiters.append { unsafe continuation.resume() }
      }
    }
  }

  /// Whether no purge since the question could be meant for the answer.
  func mayKeep(_ answer: StoredAnswer) -> Bool {
    !isOutdated && outdatedTags.isDisjoint(with: answer.tags)
  }

  fileprivate func outdate(_ tags: [String]) { outdatedTags.formUnion(tags) }

  fileprivate func outdate() { isOutdated = true }

  fileprivate func land(_ landing: Landing) {
    self.landing = landing
    for resume in waiters { resume() }
    waiters = []
  }
}

/// The flights of a cache: at most one a key that a newcomer may wait for.
struct Flights {
  private var joinable: [CacheKey: Flight] = [:]
  /// All whose answer is still to come.
  private var airborne: [ObjectIdentifier: Flight] = [:]

  /// The one to wait for; nil when the caller has to ask.
  func flight(for key: CacheKey) -> Flight? { joinable[key] }

  mutating func takeOff(for key: CacheKey, at now: Instant) -> Flight {
    let flight = Flight(key, at: now)
    joinable[key] = flight
    airborne[ObjectIdentifier(flight)] = flight
    return flight
  }

  /// Everyone who waited goes on at once.
  mutating func land(_ flight: Flight, _ landing: Flight.Landing) {
    airborne[ObjectIdentifier(flight)] = nil
    if joinable[flight.key] === flight { joinable[flight.key] = nil }
    flight.land(landing)
  }

  /// Whoever comes after a purge must not get an answer from before it, and whose tags a flight will bring home is
  /// not known: newcomers ask anew.
  mutating func outdate(_ tags: [String]) {
    for flight in airborne.values { flight.outdate(tags) }
    joinable = [:]
  }

  mutating func outdate(_ url: CacheKey) {
    for flight in airborne.values where flight.key.url == url { flight.outdate() }
    joinable = joinable.filter { $0.key.url != url }
  }
}
