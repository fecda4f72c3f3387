package import HTTP
internal import JSON
internal import Loop
package import PolicyHost
internal import Publication

/// Issues signed URLs. Whatever can refuse comes before the token is spent; signing, which cannot fail, comes after:
/// a 403, 404, 429 or 503 never costs the player a token.
package final class Issuance {
  /// A URL that was granted.
  package struct Grant: Sendable {
    /// As it stands in an answer: percent-encoded, so that JSON has nothing to escape.
    let url: [UInt8]
    /// Unix seconds.
    package let expiresAt: Int64
    /// The rule that made the lifetime other than asked for.
    package let limitedBy: String?
    /// What is left to the client; nil when nobody could count.
    let standing: RateLimitStanding?

    package var json: [UInt8] {
      var writer = JSONWriter(capacity: url.count + 128)
      writer.object { write(to: &$0) }
      return writer.bytes
    }

    func write(to object: inout JSONWriter) {
      object.name("url")
      object.value(plain: url)
      object.name("expires_at")
      object.value(expiresAt)
      object.fieldOrNull("limited_by", limitedBy)
    }
  }

  private let policies: LoopPolicies
  /// Nil: there is no origin, and nothing is published.
  private let published: PublicationFollower?
  private let existence: ExistenceCache
  private let quota: DailyQuota
  private let tokens: TokenStore
  private let tokenRequirement: TokenRequirement
  private let sign: (_ key: StorageKey, _ fileName: String, _ lifetime: Int64, _ now: Int64) -> [UInt8]

  init(
    policies: LoopPolicies, published: PublicationFollower?, existence: ExistenceCache, quota: DailyQuota,
    tokens: TokenStore, tokenRequirement: TokenRequirement,
    sign: @escaping (_ key: StorageKey, _ fileName: String, _ lifetime: Int64, _ now: Int64) -> [UInt8]
  ) {
    self.policies = policies
    self.published = published
    self.existence = existence
    self.quota = quota
    self.tokens = tokens
    self.tokenRequirement = tokenRequirement
    self.sign = sign
  }

  /// - Throws: `Problem` 401 (a token is needed), 403 (policy or token), 404 (no object or none any more, no token),
  ///   429 (quota), 503 (a store is away, or nothing is known of what is published).
  package func issue(
    _ wanted: IssuanceRequest, for request: Request, purpose: PolicyRequest.Purpose, now: Int64
  ) async throws(Problem) -> Grant {
    try await requirePublication()
    let terms = try terms(for: wanted, request, purpose, now)
    try await requireObject(wanted.key, purpose)
    let offer = offer(wanted, terms, for: request, now)
    return try await outcome { accept(offer, hear: $0) }.get()
  }

  /// A URL against which only its price stands: a share of the quota, and where one is needed a token. An object, since
  /// it waits in one callback after another.
  final class Offer {
    fileprivate let wanted: IssuanceRequest
    fileprivate let idempotencyKey: String?
    fileprivate let charge: DailyQuota.Charge
    fileprivate let terms: Terms
    fileprivate let now: Int64

    fileprivate init(
      _ wanted: IssuanceRequest, idempotencyKey: String?, _ charge: DailyQuota.Charge, _ terms: Terms, now: Int64
    ) {
      self.wanted = wanted
      self.idempotencyKey = idempotencyKey
      self.charge = charge
      self.terms = terms
      self.now = now
    }

    fileprivate var end: Int64 { now + terms.lifetime }
  }

  /// The first half of `issue`, for whoever then accepts; nil when something has to be asked for first.
  func offerAtOnce(
    _ wanted: IssuanceRequest, for request: Request, purpose: PolicyRequest.Purpose, now: Int64
  ) throws(Problem) -> Offer? {
    if let published, published.mirror.state == nil { return nil }
    // Before the policies, which are asked once a request.
    guard let exists = existence.known(wanted.key) else { return nil }
    let terms = try terms(for: wanted, request, purpose, now)
    guard exists else { throw Self.notFound(purpose) }
    return offer(wanted, terms, for: request, now)
  }

  /// The second half: pays, and signs.
  func accept(_ offer: Offer, hear: @escaping (Result<Grant, Problem>) -> Void) {
    guard let token = offer.wanted.token else {
      return quota.settle(offer.charge) { [self] counted in
        hear(counted.map { grant(offer, signedAt: offer.now, end: offer.end, counted: $0) })
      }
    }
    do throws(Problem) {
      let redemption = try Redemption(
        of: token, for: offer.wanted.key, until: offer.end, idempotencyKey: offer.idempotencyKey)
      tokens.redeem(redemption, charging: offer.charge, now: offer.now) { [self] first in
        hear(first.map { grant(offer, signedAt: $0.signedAt, end: min(offer.end, $0.end), counted: $0.counted) })
      }
    } catch { hear(.failure(error)) }
  }

  private func offer(_ wanted: IssuanceRequest, _ terms: Terms, for request: Request, _ now: Int64) -> Offer {
    Offer(
      wanted, idempotencyKey: request.fields.first(.idempotencyKey),
      quota.charge(wanted.key.keyspace, client: request.client.address, now: now), terms, now: now)
  }

  private func grant(_ offer: Offer, signedAt: Int64, end: Int64, counted: Int?) -> Grant {
    let key = offer.wanted.key
    let url = sign(key, offer.wanted.fileName ?? key.fileName, end - signedAt, signedAt)
    return Grant(
      url: url, expiresAt: end, limitedBy: offer.terms.limitedBy?.qualifiedName,
      standing: counted.map { offer.charge.standing(used: $0) })
  }

  /// Where a client stands that was refused because its day's share is issued.
  func exhausted(_ keyspace: StorageKey.Keyspace, for request: Request, now: Int64) -> RateLimitStanding {
    quota.charge(keyspace, client: request.client.address, now: now).exhausted
  }

  /// What a URL may be, if its object is there.
  fileprivate struct Terms {
    var lifetime: Int64
    var limitedBy: PolicyRule?
  }

  private func requirePublication() async throws(Problem) {
    guard let published, published.mirror.state == nil, await !published.isLoaded() else { return }
    throw Self.unavailable
  }

  private func terms(
    for wanted: IssuanceRequest, _ request: Request, _ purpose: PolicyRequest.Purpose, _ now: Int64
  ) throws(Problem) -> Terms {
    let mirror = published?.mirror
    let title = StorageKeyTitle.id(inKey: wanted.key.text)
    let schedule = title.flatMap { title in mirror?.windows(ofTitle: title).map { (title, $0) } }
    let decision = policies.decide(
      on: wanted.key, purpose, lifetime: wanted.lifetime, title: schedule, for: request, now: now)
    if let rule = decision.deniedBy {
      throw Problem(.forbidden, "The policy refuses this key: \(rule.reason)")
        .adding("reason", rule.reason).adding("rule", rule.qualifiedName)
    }
    var terms = Terms(lifetime: decision.lifetime, limitedBy: decision.limitedBy)
    switch mirror?.state?.standing(ofKey: wanted.key.text, title: title, at: now) {
    case .revoked, .ended: throw Self.notFound(purpose)
    case .open(until: let end?) where end - now < terms.lifetime:
      terms = Terms(lifetime: end - now, limitedBy: .bundleExpiry)
    case .open, nil: break
    }
    try tokenRequirement.check(wanted)
    return terms
  }

  private func requireObject(_ key: StorageKey, _ purpose: PolicyRequest.Purpose) async throws(Problem) {
    let exists: Bool
    do { exists = try await existence.exists(key) } catch { throw Self.unavailable }
    guard exists else { throw Self.notFound(purpose) }
  }

  private static var unavailable: Problem {
    Problem(.serviceUnavailable, "Downloads are not possible right now").with(.retryAfter, "2")
  }

  /// Whether it never was, is not yet or is no more, is nobody's business.
  private static func notFound(_ purpose: PolicyRequest.Purpose) -> Problem {
    Problem(.notFound, purpose == .bundle ? "Bundle not found or expired" : "File not found")
  }
}
