import Edge
import HTTP
import Loop
import Publication
import Redis
import Support
import Testing

@Suite struct `Redemptions whose reply is lost` {
  private let key = StorageKey("bundles/a/S01.zip")!
  /// Ten minutes before the end of 2099.
  private let now: Int64 = 4_102_444_200

  private func redemption(of token: String) throws(Problem) -> Redemption {
    try Redemption(of: DownloadToken(token)!, for: key, until: now + 300)
  }

  @Test func `the connection is cut after the script ran: one grant, one use counted, none lost`() throws {
    let loop = EventLoop()
    try loop.run { () async throws -> Void in
      try await PrivateRedis.run(on: loop) { server in
        let direct = RedisClient(loop: loop, url: try RedisURL(server.url))
        defer { direct.close() }
        let relay = try Relay(to: .unix(path: server.socket), on: loop)
        defer { relay.close() }
        let redis = RedisClient(loop: loop, url: try RedisURL("redis://127.0.0.1:\(relay.port)"))
        defer { redis.close() }
        let tokens = TokenStore(redis: redis)
        let charge = DailyQuota(redis: redis).charge(.bundles, client: .loopback, now: now)
        func redeem(_ token: String) async throws {
          let redemption = try redemption(of: token)
          _ = try await outcome { tokens.redeem(redemption, charging: charge, now: now, hear: $0) }.get()
        }
        for token in ["the-first-of-them", "the-second-of-them"] {
          let json = #"{"storage_key":"bundles/a/S01.zip","max_uses":2}"#
          try await direct.send("SET", "download:token:\(token)", json, "EX", 600)
        }
        // Teaches the script, so that the reply that is lost next is the redemption's own.
        try await redeem("the-first-of-them")
        relay.losesNextReply = true
        try await redeem("the-second-of-them")
        #expect(relay.repliesLost == 1)
        let left = try await direct.send("GET", "download:token:the-second-of-them")
        #expect(left.text?.contains(#""used":1"#) == true)
        try await redeem("the-second-of-them")
        let gone = try await direct.send("EXISTS", "download:token:the-second-of-them")
        #expect(gone.integer == 0)
        let counted = try await direct.send("GET", "quota:delivery:bundles:127.0.0.1:20991231")
        #expect(counted.integer == 3)
      }
    }
  }
}
