import HTTP
import Loop
import Redis
import Support
import Testing

/// What goes on, what is refused and what comes back when a part is killed.
@Suite struct `A dependency that is killed` {
  private let key = "bundles/sintel/S01.zip"

  @Test
  func `Redis: URLs without a token go on, redemptions are 503, and tokens survive`() throws {
    try Stage.run { stage in
      let house = try await Deployment(on: stage)
      try await house.objects.put(key, [1])
      try await house.mint("a-token-of-tests")
      await house.redis.kill()
      #expect(try await house.issue(key).status == 200)
      let refused = try await house.issue(key, token: "a-token-of-tests")
      #expect(refused.status == 503 && refused.fields.first(.retryAfter) == "1")
      #expect(try await house.edge.get("/readyz").status == 503)
      #expect(try await house.origin.get("/readyz").status == 503)
      #expect(try await house.edge.get("/healthz").status == 200)
      let login = try await house.logIn("ada@example.org", "correct horse")
      #expect(login.status == 503 && login.fields.contains(.retryAfter))

      try await house.redis.start()
      try await eventually("redemptions are back", on: stage.loop, within: .seconds(1)) {
        (try? await house.issue(key, token: "a-token-of-tests").status) == 200
      }
      #expect(try await house.edge.get("/readyz").status == 200)
    }
  }

  @Test
  func `the origin: what is proxied is 502, URLs go on, and it comes back by itself`() throws {
    try Stage.run { stage in
      let house = try await Deployment(on: stage)
      try await house.objects.put(key, [1])
      try await house.mint("a-token-of-tests")
      try await eventually("the edge knows what is published", on: stage.loop) {
        (try? await house.edge.get("/readyz").status) == 200
      }
      #expect(try await house.edge.get("/api/v1/version").status == 200)
      await house.originProgram.kill()
      let refused = try await house.edge.get("/api/v1/version")
      #expect(refused.status == 502 && refused.fields.first(.retryAfter) != nil)
      #expect(refused["detail"] == "The origin cannot be reached")
      #expect(try await house.issue(key).status == 200)
      #expect(try await house.issue(key, token: "a-token-of-tests").status == 200)
      #expect(try await house.logIn("ada@example.org", "correct horse").status == 502)
      #expect(try await house.edge.get("/readyz").status == 200)

      try await house.restartOrigin()
      #expect(try await house.edge.get("/api/v1/version").status == 200)
    }
  }

  @Test
  func `the object store: a neutral 503 for keys that nobody asked for before`() throws {
    try Stage.run { stage in
      let house = try await Deployment(on: stage)
      try await house.objects.put(key, [1])
      #expect(try await house.issue(key).status == 200)
      await house.objects.goAway()
      let refused = try await house.issue("bundles/other/S01.zip")
      #expect(refused.status == 503)
      #expect(refused["detail"] == "Downloads are not possible right now")
      #expect(!refused.text.contains(house.objects.endpoint))
      #expect(try await house.issue(key).status == 200)
      for role in [house.edge, house.origin] { #expect(try await role.get("/readyz").status == 200) }
    }
  }

  @Test
  func `PostgreSQL: the origin is not ready and answers 503 until it is back`() throws {
    try Stage.run { stage in
      let postgres = try await PostgresServer.alone(on: stage.loop)
      let house = try await Deployment(on: stage, .init(postgres: postgres))
      #expect(try await house.edge.get("/api/v1/titles").status == 200)
      try await house.objects.put(key, [1])
      #expect(try await house.issue(key).status == 200)
      try await postgres.stop(on: stage.loop)
      #expect(try await house.origin.get("/readyz").status == 503)
      let list = try await house.origin.get("/api/v1/titles")
      #expect(list.status == 503 && list.fields.first(.retryAfter) != nil)
      let login = try await house.logIn("ada@example.org", "correct horse")
      #expect(login.status == 503)
      #expect(!login.text.contains("postgres"))
      #expect(try await house.issue(key).status == 200)

      try await postgres.start(on: stage.loop)
      try await eventually("the origin is back", on: stage.loop) {
        (try? await house.origin.get("/readyz").status) == 200
      }
      #expect(try await house.origin.get("/api/v1/titles").status == 200)
      #expect(try await house.logIn("ada@example.org", "correct horse").status == 401)
    }
  }
}
