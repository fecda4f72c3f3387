internal import HTTP
internal import Loop

/// How old an answer is, and for how long it may be used. Source: RFC 9111 §4.2, RFC 5861.
struct Freshness: Equatable {
  enum State: Equatable {
    case fresh
    /// May be given while a newer one is fetched.
    case staleWhileRevalidate
    /// May be given only when the origin fails.
    case staleIfError
    case expired
  }

  /// For how long an answer serves: fresh, then stale while it's revalidated or while the origin fails.
  struct Terms: Equatable {
    var lifetime = Duration.zero
    var staleWhileRevalidate = Duration.zero
    var staleIfError = Duration.zero
    /// The same, while the origin cannot be reached at all, where the origin has not said how long.
    var staleIfCutOff = Duration.zero
    /// Nothing forbids to give it stale to who would have it so.
    var allowsStale = true

    /// Without asking, for a while.
    var isUsable: Bool { max(lifetime, staleWhileRevalidate, staleIfError, staleIfCutOff) > .zero }
  }

  let terms: Terms
  private let received: Instant
  /// In nanoseconds, as the next one: each hit counts with them.
  private let initialAge: Int64
  private let lifetime: Int64

  /// - Parameters:
  ///   - age: when the answer was received.
  ///   - received: when that was.
  init(_ terms: Terms, age: Duration, received: Instant) {
    self.terms = terms
    self.received = received
    initialAge = age.nanoseconds
    lifetime = terms.lifetime.nanoseconds
  }

  func age(at now: Instant) -> Duration { .nanoseconds(ageNanoseconds(at: now)) }

  private func ageNanoseconds(at now: Instant) -> Int64 {
    initialAge + Int64(bitPattern: now.nanoseconds &- received.nanoseconds)
  }

  /// As it is sent: never negative, though another worker may have received it after this one's tick began.
  func ageSeconds(at now: Instant) -> Int { Int(max(0, ageNanoseconds(at: now)) / 1_000_000_000) }

  /// What is left of the freshness, negative once stale: age and this make up the lifetime.
  func secondsLeft(at now: Instant) -> Int { Int(lifetime / 1_000_000_000) - ageSeconds(at: now) }

  /// To the windows' last instant: each ends where it says, and not a request later.
  func state(at now: Instant) -> State {
    if ageNanoseconds(at: now) < lifetime { return .fresh }
    let staleness = age(at: now) - terms.lifetime
    if staleness < terms.staleWhileRevalidate { return .staleWhileRevalidate }
    return staleness < max(terms.staleIfError, terms.staleIfCutOff) ? .staleIfError : .expired
  }

  /// The same, no longer fresh. It ended a second ago, since every worker looks at a clock of its own tick.
  func ended(at now: Instant) -> Freshness {
    var terms = terms
    terms.lifetime = min(terms.lifetime, age(at: now) - .seconds(1))
    return Freshness(terms, age: .nanoseconds(initialAge), received: received)
  }

  /// Whether it may be given after the origin has failed.
  /// - Parameter isCutOff: it could not be reached, or did not answer.
  func serves(isCutOff: Bool, at now: Instant) -> Bool {
    age(at: now) - terms.lifetime < (isCutOff ? max(terms.staleIfError, terms.staleIfCutOff) : terms.staleIfError)
  }
}

extension Freshness {
  /// The age of an answer at its arrival, from its Age and Date and the time that it took. Source: RFC 9111 §4.2.3.
  /// - Parameter delay: between request and answer.
  static func age(of answer: Fields, at arrival: HTTPDate, delay: Duration) -> Duration {
    let date = answer.bytes(.date).flatMap { HTTPDate($0) } ?? arrival
    let apparent = max(0, arrival.secondsSinceEpoch - date.secondsSinceEpoch)
    return max(.seconds(apparent), .seconds(statedAge(answer)) + delay)
  }

  /// Of several the first counts. It is ignored unless it is a whole number, and cut where caches may stop counting.
  /// Source: RFC 9111 §5.1.
  private static func statedAge(_ answer: Fields) -> Int {
    guard let value = answer.bytes(.age)?.prefix(while: { $0 != UInt8(ascii: ",") }).trimmedOWS, !value.isEmpty,
      value.allSatisfy(\.isDigit)
    else { return 0 }
    return min(Int(value.text) ?? .max, 2_147_483_647)
  }
}
