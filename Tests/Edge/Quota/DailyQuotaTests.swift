import Edge
import HTTP
import Loop
import Publication
import Redis
import Support
import Testing

@Suite struct `A client's daily quota` {
  @Test func `is chosen by the key's first folder`() {
    #expect(StorageKey("bundles/a/S01.zip")?.keyspace == .bundles)
    #expect(StorageKey("downloads/a/extras/b.zip")?.keyspace == .downloads)
  }

  @Test func `is one for all addresses that a subscriber has`() throws {
    try withQuota(downloads: 1) { quota, _, _ in
      var refusals: [Bool] = []
      for address in ["2001:db8::1", "2001:db8::ffff:1", "2001:db8:0:1::1"] {
        let charge = quota.charge(.downloads, client: IPAddress(address)!, now: 4_102_444_800 - 600)
        refusals.append((try? await outcome { quota.settle(charge, hear: $0) }.get()) == nil)
      }
      #expect(refusals == [false, true, false])
    }
  }

  @Test func `counts to its limit, not one beyond, however many come at once, and ends at midnight UTC`() throws {
    try withQuota(downloads: 3) { quota, redis, loop in
      let now: Int64 = 4_102_444_800 - 600
      let charge = quota.charge(.downloads, client: IPAddress("203.0.113.7")!, now: now)
      let outcomes = await concurrently(10, on: loop) { _ in await outcome { quota.settle(charge, hear: $0) } }
      let refusals = outcomes.compactMap { if case .failure(let refusal) = $0 { refusal } else { nil } }
      #expect(outcomes.compactMap { try? $0.get() } == [1, 2, 3] && refusals.count == 7)
      #expect(refusals.allSatisfy { $0.status == .tooManyRequests && $0.fields.first(.retryAfter) == "600" })
      let name = "quota:delivery:downloads:203.0.113.7:20991231"
      let count = try await redis.send("GET", name)
      let end = try await redis.send("EXPIRETIME", name)
      #expect(count.integer == 3 && end.integer == 4_102_444_800)
    }
  }

  @Test func `with Redis away refuses nobody`() throws {
    try withQuota(downloads: 0) { quota, redis, _ in
      redis.close()
      let charge = quota.charge(.downloads, client: .loopback, now: 1000)
      let counted = try await outcome { quota.settle(charge, hear: $0) }.get()
      #expect(counted == nil)
    }
  }

  private func withQuota(
    downloads: Int, _ body: @escaping (DailyQuota, RedisClient, EventLoop) async throws -> Void
  ) throws {
    let loop = EventLoop()
    try loop.run {
      try await PrivateRedis.run(on: loop) { server in
        let redis = RedisClient(loop: loop, url: try RedisURL(server.url))
        defer { redis.close() }
        var limits = DailyQuota.Limits()
        limits.downloads = downloads
        try await body(DailyQuota(redis: redis, limits: limits), redis, loop)
      }
    }
  }
}
