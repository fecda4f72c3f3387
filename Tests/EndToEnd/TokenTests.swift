import Glibc
import HTTP
import Loop
import Redis
import Support
import Testing

/// One-time tokens over the wire, at edges that share nothing but Redis.
@Suite struct `One-time tokens at two edges` {
  private let key = "bundles/sintel/S01.zip"

  @Test
  func `of 200 players with one token, over many connections, exactly one gets the URL`() throws {
    try Stage.run { stage in
      let house = try await Deployment(on: stage, .init(edges: 2))
      try await house.objects.put(key, [1])
      try await house.mint("a-token-of-tests", "{\"storage_key\":\"\(key)\"}")
      let statuses = await redeem(200, at: house)
      #expect(statuses.filter { $0 == 200 }.count == 1)
      #expect(statuses.filter { $0 == 404 }.count == 199)
    }
  }

  @Test
  func `with max_uses 3 exactly three get it`() throws {
    try Stage.run { stage in
      let house = try await Deployment(on: stage, .init(edges: 2))
      try await house.objects.put(key, [1])
      try await house.mint("a-token-of-tests", "{\"storage_key\":\"\(key)\",\"max_uses\":3}")
      let statuses = await redeem(200, at: house)
      #expect(statuses.filter { $0 == 200 }.count == 3)
    }
  }

  @Test
  func `asked again under its Idempotency-Key, the same grant is the same bytes, at another edge too`() throws {
    try Stage.run { stage in
      let house = try await Deployment(on: stage, .init(edges: 2))
      try await house.objects.put(key, [1])
      try await house.mint("a-token-of-tests", "{}")
      func ask(_ edge: Caller) async throws -> Answer {
        try await edge.post(
          "/api/v1/delivery/bundle-url", "{\"storage_key\":\"\(key)\",\"token\":\"a-token-of-tests\"}",
          fields: [("idempotency-key", "\"k\"")])
      }
      let second = time(nil)
      let first = try await ask(house.edges[0])
      try await eventually("the clock shows another second", on: stage.loop) { time(nil) > second + 1 }
      let again = try await ask(house.edges[1])
      #expect(first.status == 200 && again.status == 200 && again["url"] == first["url"])
      #expect(again["expires_at"] == first["expires_at"])
    }
  }

  @Test
  func `neither 403, 404, 429 nor 503 costs it`() throws {
    try Stage.run { stage in
      let house = try await Deployment(on: stage, .init(edgeSettings: ["DELIVERY_DAILY_IP_QUOTA_BUNDLES": "1"]))
      try await house.objects.put(key, [1])
      try await house.objects.put("bundles/other/S01.zip", [1])
      try await house.mint("a-token-of-tests", "{\"storage_key\":\"\(key)\",\"expires_at\":4102444800}")
      let before = try await house.keys.send("GET", "download:token:a-token-of-tests").text

      #expect(try await house.issue("images/poster.zip", token: "a-token-of-tests").status == 403)
      #expect(try await house.issue("bundles/other/S01.zip", token: "a-token-of-tests").status == 403)
      #expect(try await house.issue("bundles/absent/S01.zip", token: "a-token-of-tests").status == 404)
      await house.objects.goAway()
      #expect(try await house.issue(key, token: "a-token-of-tests").status == 503)
      try house.objects.comeBack()
      #expect(try await house.issue("bundles/other/S01.zip").status == 200)
      let exhausted = try await house.issue(key, token: "a-token-of-tests")
      #expect(exhausted.status == 429 && exhausted.fields.first(.retryAfter) != nil)

      #expect(try await house.keys.send("GET", "download:token:a-token-of-tests").text == before)
      try await house.forget("quota:*")
      #expect(try await house.issue(key, token: "a-token-of-tests").status == 200)
    }
  }

  @Test
  func `the edge's line to Redis is cut after the script ran: one URL, one use, none lost`() throws {
    try Stage.run { stage in
      var relay: Relay?
      let house = try await Deployment(
        on: stage,
        .init(redisURL: { redis in
          let line = try Relay(to: .unix(path: redis.socket), on: stage.loop)
          stage.atEnd { line.close() }
          relay = line
          return "redis://127.0.0.1:\(line.port)"
        }))
      try await house.objects.put(key, [1])
      try await house.mint("the-first-of-them")
      try await house.mint("the-second-of-them", "{\"max_uses\":2}")
      // Teaches the scripts, so that the reply that is lost next is the redemption's own.
      #expect(try await house.issue(key, token: "the-first-of-them").status == 200)
      relay?.losesReplyTo = "download:token:the-second-of-them"
      #expect(try await house.issue(key, token: "the-second-of-them").status == 200)
      #expect(relay?.repliesLost == 1)
      #expect(try await house.issue(key, token: "the-second-of-them").status == 200)
      #expect(try await house.issue(key, token: "the-second-of-them").status == 404)
    }
  }

  /// The statuses of that many redemptions at once, spread over the edges.
  private func redeem(_ count: Int, at house: Deployment) async -> [UInt16] {
    await concurrently(count, on: house.loop) { index in
      let edge = house.edges[index % house.edges.count]
      return (try? await house.issue(key, token: "a-token-of-tests", from: edge).status) ?? 0
    }
  }
}
