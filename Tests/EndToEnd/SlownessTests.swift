import Glibc
import HTTP
import Loop
import Support
import Testing

/// What a part that hangs costs: everybody gets an answer, and nobody waits for what he does not need.
@Suite struct `A dependency that hangs` {
  private let key = "bundles/sintel/S01.zip"

  @Test
  func `Redis: URLs without a token and kept answers go on, tokens and heartbeats are 503`() throws {
    try Stage.run { stage in
      let house = try await Deployment(on: stage, .init(edgeSettings: ["ALLOW_ANON_TELEMETRY": "true"]))
      try await house.objects.put(key, [1])
      try await house.mint("a-token-of-tests")
      let session = try await house.play()
      _ = try await house.edge.get("/api/v1/titles")
      house.redis.freeze()
      let refused = try await house.issue(key, token: "a-token-of-tests")
      #expect(refused.status == 503 && refused.fields.first(.retryAfter) == "1")
      #expect(try await house.issue(key).status == 200)
      #expect(try await house.beat(session, at: 1) == 503)
      #expect(try await house.edge.get("/api/v1/titles").status == 200)
      #expect(try await house.edge.get("/readyz").status == 503)
      house.redis.thaw()
      try await eventually("heartbeats are taken again", on: stage.loop) {
        (try? await house.beat(session, at: 2)) == 202
      }
    }
  }

  @Test
  func `the origin: kept answers are given, URLs go on, and only who needs it waits`() throws {
    try Stage.run { stage in
      let house = try await Deployment(on: stage, .init(edgeSettings: ["EDGE_ORIGIN_TIMEOUT_SECONDS": "2"]))
      try await house.objects.put(key, [1])
      #expect(try await house.issue(key).status == 200)
      try await eventually("the list is kept", on: stage.loop) {
        (try? await house.edge.get("/api/v1/titles").fields.first(.cacheStatus))??.contains("hit") == true
      }
      house.originProgram.send(SIGSTOP)
      stage.atEnd { house.originProgram.send(SIGCONT) }
      #expect(try await house.edge.get("/api/v1/titles").status == 200)
      #expect(try await house.issue(key).status == 200)
      #expect(try await house.edge.get("/readyz").status == 200)
      var late: Answer?
      stage.loop.start { late = try? await house.edge.get("/api/v1/version") }
      for _ in 0..<20 { #expect(try await house.issue(key).status == 200) }
      try await eventually("who waits is told that it takes too long", on: stage.loop) { late != nil }
      #expect(late?.status == 504 && late?.fields.first(.retryAfter) == "1")
      var patient: UInt16?
      stage.loop.start { patient = try? await house.edge.get("/api/v1/version").status }
      house.originProgram.send(SIGCONT)
      try await eventually("who waited is answered once it goes on", on: stage.loop) { patient == 200 }
    }
  }

  @Test
  func `the object store: keys that nobody asked for before are 503, all others go on`() throws {
    try Stage.run { stage in
      let hole = BlackHole()
      stage.atEnd { hole.close() }
      let house = try await Deployment(
        on: stage, .init(edgeSettings: ["AWS_S3_ENDPOINT_URL": "http://127.0.0.1:\(hole.port)"]))
      var refused: Answer?
      stage.loop.start { refused = try? await house.issue(key) }
      for _ in 0..<20 { #expect(try await house.edge.get("/api/v1/titles").status == 200) }
      try await eventually("it is refused", on: stage.loop) { refused != nil }
      #expect(refused?.status == 503 && refused?["detail"] == "Downloads are not possible right now")
      #expect(refused?.fields.first(.retryAfter) == "2")
      let batch = try await house.batch((0..<20).map { "bundles/\($0)/S01.zip" })
      #expect(batch.status == 200 && batch["results.19.error"] == "unavailable")
    }
  }

  @Test
  func `PostgreSQL: the origin is 503 and not ready, the edge goes on`() throws {
    try Stage.run { stage in
      let (server, name) = try await stage.loop.offload {
        (PostgresServer.shared.socket, PostgresServer.shared.makeDatabase().split(separator: "/")[1])
      }
      let relay = try Relay(to: .unix(path: server), on: stage.loop)
      stage.atEnd { relay.close() }
      let database = "postgresql://app@127.0.0.1:\(relay.port)/\(name.prefix { $0 != "?" })?sslmode=disable"
      let house = try await Deployment(on: stage, .init(originSettings: ["DATABASE_URL": database]))
      #expect(try await house.edge.get("/api/v1/titles").status == 200)
      // From its next word on.
      relay.hangsWithin = .max
      let titles = try await house.origin.get("/api/v1/titles?page=2")
      #expect(titles.status == 503 && titles.fields.first(.retryAfter) != nil)
      #expect(try await house.origin.get("/readyz").status == 503)
      #expect(try await house.origin.get("/healthz").status == 200)
      #expect(try await house.edge.get("/api/v1/titles").status == 200)
    }
  }
}
