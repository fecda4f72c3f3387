internal import HTTP
internal import Publication
internal import Routing
internal import Signing

/// Tokens for players: whoever holds one gets URLs of its object from any edge, as often as it says.
extension BundlesRoutes {
  var mintToken: Route {
    Route(
      .post, "/api/v1/delivery/mint-token", "Mint a token that buys an object's URL",
      // Without a lock: no two requests make the same token.
      Rules(.admin, limit: .perMinute(60), idempotency: .seconds(600), caching: .noStore, audit: "TOKEN_MINT")
    ) { [mint, authorize] (call, wanted: WantedToken) in
      guard let key = StorageKey(wanted.storageKey) else { throw Problem(.badRequest, "Invalid storage_key") }
      let permit = try authorize(key, Int64(wanted.ttlSeconds?.value ?? 600))
      let grant = TokenMint.Grant(
        key: key, uses: wanted.maxUses?.value ?? 1, expiresAt: CivilTime.nowUnixSeconds + permit.lifetime,
        issuer: call.caller?.userId)
      // The token itself is a secret: the audit says what it is for.
      call.auditDetails = ["storage_key": key.text, "max_uses": "\(grant.uses)"]
      return MintedToken(
        token: try await mint.mint(grant, lifetime: permit.lifetime), storageKey: key.text, maxUses: grant.uses,
        expiresAt: grant.expiresAt, limitedBy: permit.limitedBy)
    }
  }
}

private struct WantedToken: Decodable {
  var storageKey: String
  var ttlSeconds: Bounded<LifetimeBounds>?
  var maxUses: Bounded<UseBounds>?

  enum LifetimeBounds: Bounds { static let range = 60...86_400 }
  enum UseBounds: Bounds { static let range = 1...100 }
}

private struct MintedToken: Codable {
  let token: String
  let storageKey: String
  let maxUses: Int
  /// Unix seconds.
  let expiresAt: Int64
  @OrNull private(set) var limitedBy: String?
}
