import HTTP
import Postgres
import Support
import Testing

/// What edges keep of the origin's answers, as processes of their own.
@Suite struct `Cached answers` {
  private let list = "/api/v1/titles"

  @Test
  func `a title that is published shows on two edges within a second, though the list is good for thirty`() throws {
    try Stage.run { stage in
      let house = try await Deployment(on: stage, .init(edges: 2))
      let editor = try await house.editor()
      _ = try await house.publishTitle("metropolis", as: editor)
      for edge in house.edges { try await expectHit(of: list, at: edge, on: stage) }

      _ = try await house.publishTitle("nosferatu", as: editor)
      try await eventually("both edges list it", on: stage.loop, within: .seconds(1)) {
        var texts: [String] = []
        for edge in house.edges { texts.append((try? await edge.get(list).text) ?? "") }
        return texts.allSatisfy { $0.contains("nosferatu") }
      }
      for edge in house.edges { try await expectHit(of: list, at: edge, on: stage) }
      #expect(try await house.edge.get(list).fields.first(.cacheControl)?.hasPrefix("public, max-age=30") == true)
    }
  }

  @Test
  func `with the origin killed the list is given, stale, and it is new again once the origin is back`() throws {
    try Stage.run { stage in
      let house = try await Deployment(on: stage, .init(originSettings: ["PUBLIC_LIST_CACHE_TTL_SECONDS": "1"]))
      let before = try await house.edge.get(list)
      await house.originProgram.kill()
      try await eventually("the list is stale", on: stage.loop) {
        (try? await house.edge.get(list).fields.first(.age)).flatMap { Int($0) } ?? 0 > 1
      }
      let stale = try await house.edge.get(list)
      #expect(stale.status == 200 && stale.body == before.body)
      #expect(try await house.edge.get("/api/v1/titles?q=never").status == 502)
      try await house.restartOrigin()
      try await eventually("the list is fresh", on: stage.loop) {
        (try? await house.edge.get(list).fields.first(.age)).flatMap { Int($0) } ?? 0 <= 1
      }
    }
  }

  @Test
  func `with Redis killed each is asked for again, since no purge could be seen, and answered all the same`() throws {
    try Stage.run { stage in
      let house = try await Deployment(on: stage)
      try await expectHit(of: list, at: house.edge, on: stage)
      await house.redis.kill()
      try await eventually("the origin is asked", on: stage.loop) {
        (try? await house.edge.get(list).fields.first(.cacheStatus))?.contains("fwd=stale; fwd-status=304") == true
      }
      try await house.redis.start()
      try await expectHit(of: list, at: house.edge, on: stage)
    }
  }

  @Test
  func `each field of an answer comes once, of a hit as of what is passed on, and none is meant for the edge`() throws {
    try Stage.run { stage in
      let house = try await Deployment(on: stage, .init(edgeSettings: ["FRONTEND_ORIGINS": "https://films.example"]))
      let id = "4ed2f5b7-5c0f-4d4c-8d5e-5b8f4b0b1d11"
      let sent: [(FieldName, String)] = [
        (.xRequestID, id), (.origin, "https://films.example"),
        (.traceparent, "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"),
      ]
      try await expectHit(of: list, at: house.edge, on: stage)
      for target in [list, "/api/v1/version", "/api/v1/nothing"] {
        let answer = try await house.edge.get(target, fields: sent)
        var names: [String] = []
        answer.fields.forEach { name, _ in names.append(name.text) }
        #expect(names.filter { $0 != "vary" }.count == Set(names.filter { $0 != "vary" }).count, "\(target): \(names)")
        #expect(answer.fields.first(.xRequestID) == id)
        #expect(answer.fields.first(.traceparent)?.contains("4bf92f3577b34da6a3ce929d0e0e4736") == true)
        for name: FieldName in [.date, .via, .cacheStatus, "x-content-type-options", "content-security-policy"] {
          #expect(answer.fields.contains(name), "\(target): \(name)")
        }
        for name: FieldName in [.cdnCacheControl, .cacheTag, .edgeReuse, .server] {
          #expect(!answer.fields.contains(name), "\(target): \(name)")
        }
      }
    }
  }

  @Test
  func `a schedule is kept for each country, and no country sees another's`() throws {
    try Stage.run { stage in
      let house = try await Deployment(on: stage, .init(edgeSettings: ["TRUSTED_PROXIES": "127.0.0.0/8"]))
      let editor = try await house.editor()
      for (slug, country) in [("sintel", "DE"), ("metropolis", "US")] {
        let title = try await house.publishTitle(slug, as: editor)
        let start = (Timestamp.now + .seconds(3_600)).iso8601
        let window = "{\"window_start\":\"\(start)\",\"territory_mode\":\"INCLUDE\",\"countries\":[\"\(country)\"]}"
        let put = "/api/v1/admin/titles/\(title)/availability"
        #expect(try await house.edge.send(.put, put, "{\"windows\":[\(window)]}", token: editor).status == 200)
      }
      let schedule = "/api/v1/schedule/upcoming"
      for (country, own, others) in [("DE", "sintel", "metropolis"), ("US", "metropolis", "sintel")] {
        let from: [(FieldName, String)] = [("x-country", country)]
        try await expectHit(of: schedule, at: house.edge, on: stage, fields: from)
        let answer = try await house.edge.get(schedule, fields: from)
        #expect(answer.text.contains(own) && !answer.text.contains(others), "\(country): \(answer.text)")
        #expect(answer.fields.first(.cacheControl) == "private, max-age=30")
      }
    }
  }

  @Test
  func `countries that a policy calls one share what is kept, which ends on the second with a window`() throws {
    try Stage.run { stage in
      let folder = try stage.folder().path
      let list = PluginAuthor(folder: folder).list(
        #"""
        [{"name": "keys", "path": "libKeyPrefix.so"},
         {"name": "schedule", "path": "libGeoSchedule.so", "settings": {"regions": [["DE", "AT", "CH"]]}}]
        """#)
      let settings = ["TRUSTED_PROXIES": "127.0.0.0/8", "POLICIES_FILE": list]
      let house = try await Deployment(on: stage, .init(edgeSettings: settings))
      let editor = try await house.editor()
      let title = try await house.publishTitle("sintel", as: editor)
      let opens = Timestamp.now + .seconds(4)
      let window =
        "{\"window_start\":\"\(opens.iso8601)\",\"territory_mode\":\"INCLUDE\",\"countries\":[\"DE\",\"AT\",\"CH\"]}"
      let put = "/api/v1/admin/titles/\(title)/availability"
      #expect(try await house.edge.send(.put, put, "{\"windows\":[\(window)]}", token: editor).status == 200)
      let schedule = "/api/v1/schedule/upcoming"
      func ask(_ country: String) async throws -> Answer {
        try await house.edge.get(schedule, fields: [("x-country", country)])
      }
      try await expectHit(of: schedule, at: house.edge, on: stage, fields: [("x-country", "DE")])
      for country in ["AT", "CH"] {
        let answer = try await ask(country)
        #expect(answer.text.contains("sintel") && answer.fields.first(.cacheStatus)?.contains("hit") == true)
      }
      #expect(try await ask("US").fields.first(.cacheStatus)?.contains("fwd") == true)
      var seenAt = Timestamp.now
      try await eventually("it is no longer to come", on: stage.loop) {
        let before = Timestamp.now
        guard let answer = try? await ask("AT"), answer.text.contains("sintel") else { return true }
        seenAt = before
        return false
      }
      #expect(seenAt < opens, "it was still to come \(seenAt.iso8601), after \(opens.iso8601)")
      #expect(Timestamp.now < opens + .milliseconds(900))
    }
  }

  @Test
  func `a key is asked for before a kept answer is given`() throws {
    try Stage.run { stage in
      let keys = ["PUBLIC_API_KEY": "one", "PUBLIC_API_KEY_SHA256": "\(digestOfTwo)"]
      let house = try await Deployment(on: stage, .init(edgeSettings: keys, originSettings: keys))
      try await expectHit(of: "\(list)?api_key=one", at: house.edge, on: stage)
      #expect(
        try await house.edge.get(list, fields: [(.xAPIKey, "two")]).fields.first(.cacheStatus)?.contains("hit") == true)
      for refused in ["\(list)?api_key=three", list] { #expect(try await house.edge.get(refused).status == 401) }
    }
  }

  @Test
  func `a name that is not the edge's own is refused before anything is looked up`() throws {
    try Stage.run { stage in
      let house = try await Deployment(on: stage, .init(edgeSettings: ["TRUSTED_HOSTS": "films.example"]))
      for target in [list, "/healthz"] {
        let refused = try await house.edge.get(target)
        #expect(refused.status == 400 && refused["detail"] == "Invalid host")
      }
    }
  }

  /// SHA-256 of "two".
  private let digestOfTwo = "3fc4ccfe745870e2c0d99f71f30ff0656c8dedd41cc1d7d3d376b0dbe685e2f3"

  private func expectHit(
    of target: String, at edge: Caller, on stage: Stage, fields: [(FieldName, String)] = []
  ) async throws {
    try await eventually("a hit of \(target)", on: stage.loop) {
      (try? await edge.get(target, fields: fields).fields.first(.cacheStatus))?.contains("hit") == true
    }
  }
}
