internal import HTTP
internal import Loop

/// One question to the origin, and all who wait for its answer.
final class Flight {
  enum Landing {
    /// Good for all who waited, if they select this variant.
    case stored(StoredAnswer)
    /// The same, still coming.
    case filling(Filling)
    /// The answer is one caller's own: everybody asks for themselves.
    case released
    /// There is no answer.
    case failed(OriginFailure)
  }

  let key: CacheKey
  let askedAt: Instant
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

  fileprivate func land(_ landing: Landing) {
    self.landing = landing
    for resume in waiters { resume() }
    waiters = []
  }
}

/// The flights of a cache: at most one a key that a newcomer may wait for.
struct Flights {
  private var joinable: [CacheKey: Flight] = [:]

  /// The one to wait for; nil when the caller has to ask.
  /// - Parameter purge: whoever comes after a purge must not get an answer from before it, and whose tags a flight will
  ///   bring home is not known: newcomers ask anew.
  func flight(for key: CacheKey, since purge: Instant) -> Flight? {
    joinable[key].flatMap { $0.askedAt > purge ? $0 : nil }
  }

  mutating func takeOff(for key: CacheKey, at now: Instant) -> Flight {
    let flight = Flight(key, at: now)
    joinable[key] = flight
    return flight
  }

  /// One that nobody waits for.
  func takeOffAlone(for key: CacheKey, at now: Instant) -> Flight { Flight(key, at: now) }

  /// Everyone who waited goes on at once.
  mutating func land(_ flight: Flight, _ landing: Flight.Landing) {
    end(flight)
    flight.land(landing)
  }

  /// The same, and newcomers may still join, until the end.
  func approach(_ flight: Flight, _ landing: Flight.Landing) { flight.land(landing) }

  mutating func end(_ flight: Flight) {
    if joinable[flight.key] === flight { joinable[flight.key] = nil }
  }
}
