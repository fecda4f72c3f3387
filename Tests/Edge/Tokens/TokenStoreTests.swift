import Edge
import HTTP
import Loop
import Publication
import Redis
import Support
import Testing

@Suite struct `One-time tokens` {
  private let key = StorageKey("bundles/a/S01.zip")!

  @Test func `of 200 who redeem one token at once over several connections, exactly one succeeds`() throws {
    try withRedis { redis, loop in
      try await store("a-token-of-tests", #"{"storage_key":"bundles/a/S01.zip","expires_at":2000}"#, redis)
      let outcomes = await redeem(200, redis, loop)
      #expect(outcomes.filter { $0 == 200 }.count == 1)
      #expect(outcomes.filter { $0 == 404 }.count == 199)
    }
  }

  @Test func `max_uses 3 lets exactly three in and keeps the end of the token's life`() throws {
    try withRedis { redis, loop in
      try await store("a-token-of-tests", #"{"storage_key":"bundles/a/S01.zip","max_uses":3}"#, redis)
      #expect(await redeem(1, redis, loop) == [200])
      let secondsLeft = try await redis.send("TTL", "download:token:a-token-of-tests").integer ?? -1
      #expect((1...600).contains(secondsLeft))
      let outcomes = await redeem(50, redis, loop)
      #expect(outcomes.filter { $0 == 200 }.count == 2)
    }
  }

  @Test func `a token of another key is refused and stays usable, under both names of its binding`() throws {
    try withRedis { redis, loop in
      for binding in ["storage_key", "key"] {
        try await store("a-token-of-tests", "{\"\(binding)\":\"bundles/b/S01.zip\"}", redis)
        #expect(await redeem(1, redis, loop) == [403])
        #expect(try await redis.send("EXISTS", "download:token:a-token-of-tests").integer == 1)
      }
    }
  }

  @Test func `a token past its own end is unknown, and so is one that was never there`() throws {
    try withRedis { redis, loop in
      #expect(await redeem(1, redis, loop) == [404])
      try await store("a-token-of-tests", #"{"expires_at":999}"#, redis)
      #expect(await redeem(1, redis, loop) == [404])
    }
  }

  @Test func `an exhausted quota refuses, and the token survives`() throws {
    try withRedis { redis, loop in
      try await store("a-token-of-tests", "{}", redis)
      #expect(await redeem(1, redis, loop, quota: 0) == [429])
      let left = try await redis.send("EXISTS", "download:token:a-token-of-tests")
      #expect(left.integer == 1)
    }
  }

  @Test func `a refused redemption is not counted against the quota`() throws {
    try withRedis { redis, loop in
      #expect(await redeem(1, redis, loop) == [404])
      let counters = try await redis.send("KEYS", "quota:*")
      #expect(counters.array == [])
    }
  }

  @Test func `a client that names its redemption gets the same URL's times again, and uses the token once`() throws {
    try withRedis { redis, loop in
      try await store("a-token-of-tests", "{}", redis)
      // Ten minutes before the end of 2099: the quota's count must still be there when it is looked at.
      let now: Int64 = 4_102_444_200
      let tokens = TokenStore(redis: redis)
      let charge = DailyQuota(redis: redis).charge(.bundles, client: .loopback, now: now)
      func redeem(
        _ name: String, of key: StorageKey? = nil, until end: Int64, at now: Int64
      ) async throws -> TokenStore.Purchase {
        let redemption = try redemption(name, of: key, until: end)
        return try await outcome { tokens.redeem(redemption, charging: charge, now: now, hear: $0) }.get()
      }
      let first = TokenStore.Purchase(signedAt: now, end: now + 600, counted: 1)
      #expect(try await redeem("k", until: now + 600, at: now) == first)
      #expect(try await redeem("k", until: now + 700, at: now + 100) == first)
      await #expect(throws: Problem.self) { try await redeem("l", until: now + 700, at: now + 100) }
      await #expect(throws: Problem.self) {
        try await redeem("k", of: StorageKey("bundles/b/S01.zip"), until: now + 700, at: now + 100)
      }
      await #expect(throws: Problem.self) { try await redeem("k", until: now + 900, at: now + 600) }
      let counted = try await redis.send("GET", "quota:delivery:bundles:127.0.0.1:20991231")
      #expect(counted.integer == 1)
    }
  }

  @Test(arguments: ["", "fifteen-letters", "a token with spaces", "a*token*with*stars", "umlaut-tökens-are-none"])
  func `what cannot be a token is none`(text: String) {
    #expect(DownloadToken(text) == nil)
    #expect(DownloadToken(String(repeating: "x", count: 129)) == nil)
  }

  @Test func `with Redis away it is a 503, and the token survives`() throws {
    let loop = EventLoop()
    let _: Void = try loop.run {
      try await PrivateRedis.run(on: loop) { server in
        let redis = RedisClient(loop: loop, url: try RedisURL(server.url))
        defer { redis.close() }
        try await store("a-token-of-tests", "{}", redis)
        await server.kill()
        #expect(await redeem(1, redis, loop) == [503])
        try await server.start()
        try await eventually("Redis is back", on: loop) { await redeem(1, redis, loop) == [200] }
      }
    }
  }

  // MARK: Help

  private func withRedis(_ body: @escaping (RedisClient, EventLoop) async throws -> Void) throws {
    let loop = EventLoop()
    try loop.run {
      try await PrivateRedis.run(on: loop) { server in
        var settings = RedisSettings()
        settings.connections = 4
        let redis = RedisClient(loop: loop, url: try RedisURL(server.url), settings: settings)
        defer { redis.close() }
        try await body(redis, loop)
      }
    }
  }

  private func store(_ token: String, _ json: String, _ redis: RedisClient) async throws {
    try await redis.send("SET", "download:token:\(token)", json, "EX", 600)
  }

  private func redemption(
    _ name: String? = nil, of key: StorageKey? = nil, until end: Int64 = 1_600
  ) throws(Problem) -> Redemption {
    try Redemption(
      of: DownloadToken("a-token-of-tests")!, for: key ?? self.key, until: end, idempotencyKey: name)
  }

  /// The statuses of that many redemptions at once, 200 for a grant.
  private func redeem(
    _ count: Int, _ redis: RedisClient, _ loop: EventLoop, quota: Int = 1_000
  ) async -> [UInt16] {
    let tokens = TokenStore(redis: redis)
    var limits = DailyQuota.Limits()
    limits.bundles = quota
    let charge = DailyQuota(redis: redis, limits: limits).charge(.bundles, client: .loopback, now: 1000)
    return await concurrently(count, on: loop) { _ in
      do {
        let redemption = try redemption()
        _ = try await outcome { tokens.redeem(redemption, charging: charge, now: 1000, hear: $0) }.get()
        return 200
      } catch { return (error as? Problem)?.status.code ?? 0 }
    }
  }
}
