import Bundles
import Edge
import HTTP
import Loop
import Publication
import Redis
import Routing
import Signing
import Support
import Testing

@Suite struct `Minting a token` {
  private struct Minted: Decodable {
    let token: String
    let storageKey: String
    let expiresAt: Int64
    let limitedBy: String?
  }

  private static let path = "/api/v1/delivery/mint-token"
  private static let key = "bundles/a/S01.zip"

  private func mint(_ house: BundlesFixture, _ more: String = "") async throws -> Minted {
    let body = #"{"storage_key": "\#(Self.key)"\#(more)}"#
    let answer = try await house.routes.answer(.post, Self.path, body).response
    #expect(answer.status == .ok)
    return try JSONDocument.decode(Minted.self, from: Array(answer.text.utf8))
  }

  /// As an edge does.
  private func redeem(_ token: String, for key: StorageKey, _ house: BundlesFixture) async throws {
    let now = CivilTime.nowUnixSeconds
    let charge = DailyQuota(redis: house.redis).charge(.bundles, client: .loopback, now: now)
    let redemption = try Redemption(of: try #require(DownloadToken(token)), for: key, until: now + 300)
    let tokens = TokenStore(redis: house.redis)
    _ = try await outcome { tokens.redeem(redemption, charging: charge, now: now, hear: $0) }.get()
  }

  @Test func `the token that comes of it buys its object once, on any edge, and no other`() throws {
    try BundlesFixture.run { house in
      let minted = try await mint(house)
      #expect(minted.token.utf8.count == 32 && minted.storageKey == Self.key && minted.limitedBy == nil)
      let now = CivilTime.nowUnixSeconds
      #expect((now + 590...now + 600).contains(minted.expiresAt))
      #expect((590...600).contains(try await house.redis.send("TTL", "download:token:\(minted.token)").integer ?? 0))
      let key = try #require(StorageKey(Self.key))
      await #expect(throws: Problem.self) {
        try await redeem(minted.token, for: StorageKey("bundles/b/S01.zip")!, house)
      }
      try await redeem(minted.token, for: key, house)
      await #expect(throws: Problem.self) { try await redeem(minted.token, for: key, house) }
    }
  }

  @Test func `it may be used as often as it says`() throws {
    try BundlesFixture.run { house in
      let minted = try await mint(house, #", "max_uses": 3"#)
      let key = try #require(StorageKey(Self.key))
      for _ in 0..<3 { try await redeem(minted.token, for: key, house) }
      await #expect(throws: Problem.self) {
        try await redeem(minted.token, for: key, house)
      }
    }
  }

  @Test func `a lifetime that the policies cut is cut, and the answer says by what`() throws {
    try BundlesFixture.run { house in
      let minted = try await mint(house, #", "ttl_seconds": 86400"#)
      #expect(minted.limitedBy == "ttl/ttl")
      #expect(try await house.redis.send("TTL", "download:token:\(minted.token)").integer ?? 0 <= 3_600)
    }
  }

  @Test func `a key that the policies refuse is a 403 with the rule's name, and there is no token`() throws {
    try BundlesFixture.run { house in
      let refused = try await house.routes.answer(.post, Self.path, #"{"storage_key": "images/a.zip"}"#).response
      #expect(refused.status == .forbidden && refused.text.contains(#""rule":"keys/allowed-keys""#))
      #expect(try await house.redis.send("DBSIZE").integer == 0)
    }
  }

  @Test(arguments: [
    (#"{"storage_key": "../secret.zip"}"#, 400), (#"{"storage_key": "/bundles/a.zip"}"#, 400), ("{}", 422),
    (#"{"storage_key": "bundles/a.zip", "ttl_seconds": 59}"#, 422),
    (#"{"storage_key": "bundles/a.zip", "ttl_seconds": 86401}"#, 422),
    (#"{"storage_key": "bundles/a.zip", "max_uses": 0}"#, 422),
    (#"{"storage_key": "bundles/a.zip", "max_uses": 101}"#, 422),
  ])
  func `what no token can be is refused`(body: String, status: UInt16) throws {
    try BundlesFixture.run { house in
      let answer = try await house.routes.answer(.post, Self.path, body).response
      #expect(answer.status.code == status)
    }
  }

  @Test func `with Redis away it is a 503`() throws {
    try BundlesFixture.run { house in
      house.redis.close()
      let answer = try await house.routes.answer(.post, Self.path, #"{"storage_key": "\#(Self.key)"}"#).response
      #expect(answer.status == .serviceUnavailable && answer.text.contains("Token store unavailable"))
    }
  }

  @Test func `only an admin with a second factor may, at a measured pace, and it is audited`() throws {
    try BundlesFixture.run { house in
      let rules = try #require(house.declared.first { $0.pattern == Self.path }?.rules)
      #expect(rules.access == .admin && rules.limit != nil && rules.audit != nil && rules.caching == .noStore)
    }
  }
}
