package import HTTP
internal import JSON
package import PolicyHost
package import Publication

/// Issues signed URLs. Whatever can refuse comes before the token is spent; signing, which cannot fail, comes after:
/// a 403, 404, 429 or 503 never costs the player a token.
package struct Issuance {
  /// A URL that was granted.
  package struct Grant: Equatable {
    package let url: String
    /// Unix seconds.
    package let expiresAt: Int64
    /// The rule that made the lifetime other than asked for.
    package let limitedBy: String?

    package var json: [UInt8] {
      var writer = JSONWriter(capacity: url.utf8.count + 128)
      writer.object { grant in
        grant.field("url", url)
        grant.field("expires_at", expiresAt)
        grant.fieldOrNull("limited_by", limitedBy)
      }
      return writer.bytes
    }
  }

  private let policies: LoopPolicies
  private let existence: ExistenceCache
  private let quota: DailyQuota
  private let tokens: TokenStore
  private let sign: (_ key: StorageKey, _ fileName: String, _ lifetime: Int64, _ now: Int64) -> String

  package init(
    policies: LoopPolicies, existence: ExistenceCache, quota: DailyQuota, tokens: TokenStore,
    sign: @escaping (_ key: StorageKey, _ fileName: String, _ lifetime: Int64, _ now: Int64) -> String
  ) {
    self.policies = policies
    self.existence = existence
    self.quota = quota
    self.tokens = tokens
    self.sign = sign
  }

  /// - Throws: `Problem` 403 (policy or token), 404 (no object, no token), 429 (quota), 503 (a store is away).
  package func issue(
    _ wanted: IssuanceRequest, for request: Request, purpose: PolicyRequest.Purpose, now: Int64
  ) async throws(Problem) -> Grant {
    let decision = try allow(wanted, request, purpose, now)
    try await requireObject(wanted.key)
    let charge = quota.charge(wanted.key.keyspace, client: request.client.address, now: now)
    if let token = wanted.token {
      try await tokens.redeem(token, for: wanted.key, charging: charge, now: now)
    } else {
      try await quota.settle(charge)
    }
    let url = sign(wanted.key, wanted.fileName ?? wanted.key.fileName, decision.lifetime, now)
    return Grant(url: url, expiresAt: now + decision.lifetime, limitedBy: decision.limitedBy?.qualifiedName)
  }

  private func allow(
    _ wanted: IssuanceRequest, _ request: Request, _ purpose: PolicyRequest.Purpose, _ now: Int64
  ) throws(Problem) -> PolicyDecision {
    let decision = policies.decide(on: wanted.key, purpose, lifetime: wanted.lifetime, for: request, now: now)
    guard let rule = decision.deniedBy else { return decision }
    throw Problem(.forbidden, "The policy refuses this key: \(rule.reason)")
      .adding("reason", rule.reason).adding("rule", rule.qualifiedName)
  }

  private func requireObject(_ key: StorageKey) async throws(Problem) {
    let exists: Bool
    do { exists = try await existence.exists(key) } catch {
      throw Problem(.serviceUnavailable, "Downloads are not possible right now").with(.retryAfter, "2")
    }
    guard exists else { throw Problem(.notFound, "File not found") }
  }
}
