import HTTP
import Postgres
import Support
import Testing

/// What the origin publishes, as edges of their own obey it.
@Suite struct `What the origin publishes` {
  @Test
  func `closes a title at an edge within a second, and opens it again`() throws {
    try Stage.run { stage in
      let house = try await Deployment(on: stage, .init(edges: 2))
      let film = try await house.film()
      for edge in house.edges { #expect(try await house.issue(film.key, from: edge).status == 200) }
      try await house.setWindows(
        of: film, #"{"window_start":"2020-01-01T00:00:00Z","window_end":"2021-01-01T00:00:00Z"}"#)
      for edge in house.edges {
        try await eventually("the edge refuses", on: stage.loop, within: .seconds(1)) {
          (try? await house.issue(film.key, from: edge)["rule"]) == "schedule/window"
        }
        #expect(try await house.issue(film.key, from: edge, route: "bundle-url").status == 403)
      }
      #expect(try await house.batch([film.key]).text.contains(#""error":"forbidden""#))
      try await house.setWindows(of: film, "")
      try await eventually("the edge issues again", on: stage.loop, within: .seconds(1)) {
        (try? await house.issue(film.key).status) == 200
      }
    }
  }

  @Test
  func `binds with the origin gone, also after a start of the edge, by what it keeps on disk`() throws {
    try Stage.run { stage in
      let folder = try stage.folder().path
      let house = try await Deployment(on: stage, .init(edgeSettings: ["EDGE_STATE_FOLDER": folder]))
      let film = try await house.film()
      try await house.setWindows(of: film, #"{"window_start":"2099-01-01T00:00:00Z"}"#)
      try await house.untilIssued(film.key, 403)
      await house.originProgram.kill()
      #expect(try await house.issue(film.key).status == 403)

      let edge = try await house.restartEdge()
      #expect(try await house.issue(film.key, from: edge)["reason"] == "window_closed")
      try await house.objects.put("bundles/sintel/S01.zip", [1])
      #expect(try await house.issue("bundles/sintel/S01.zip", from: edge).status == 200)
    }
  }

  @Test
  func `is needed: an edge that never saw it issues nothing, says so, and does once the origin is there`() throws {
    try Stage.run { stage in
      let house = try await Deployment(on: stage)
      try await house.objects.put("bundles/sintel/S01.zip", [1])
      await house.originProgram.kill()
      let edge = try await house.restartEdge()
      let refused = try await house.issue("bundles/sintel/S01.zip", from: edge)
      #expect(refused.status == 503 && refused.fields.first(.retryAfter) != nil)
      #expect(try await edge.get("/readyz").status == 503)
      try await house.restartOrigin()
      try await eventually("the edge issues", on: stage.loop) {
        (try? await house.issue("bundles/sintel/S01.zip", from: edge).status) == 200
      }
    }
  }

  @Test
  func `reaches an edge though its word was lost with Redis`() throws {
    try Stage.run { stage in
      let house = try await Deployment(on: stage)
      let film = try await house.film()
      #expect(try await house.issue(film.key).status == 200)
      let database = try house.openDatabase()
      // As a change is that the origin could tell nobody of.
      try await database.execute(
        """
        INSERT INTO availability_windows (
          title_id, window_start, territory_mode, countries, distribution, device_classes)
        VALUES (\(film.title)::uuid, '2099-01-01', 'GLOBAL', '{}', '{}', '{}')
        """)
      try await database.execute("UPDATE publication_version SET version = version + 1")
      try await house.untilIssued(film.key, 403)
    }
  }

  @Test
  func `decides by the country that a trusted proxy tells, never by what the player asks for`() throws {
    try Stage.run { stage in
      let plan = Deployment.Plan(edgeSettings: ["TRUSTED_PROXIES": "127.0.0.0/8"])
      let house = try await Deployment(on: stage, plan)
      let film = try await house.film()
      try await house.setWindows(
        of: film, #"{"window_start":"2020-01-01T00:00:00Z","territory_mode":"INCLUDE","countries":["DE"]}"#)
      try await house.untilIssued(film.key, 403)
      let body = "{\"storage_key\":\"\(film.key)\"}"
      func reason(_ fields: [(FieldName, String)], query: String = "") async throws -> String? {
        let answer = try await house.edge.post("/api/v1/delivery/bundle-url\(query)", body, fields: fields)
        return answer["reason"] ?? "\(answer.status)"
      }
      #expect(try await reason([]) == "country_unknown")
      #expect(try await reason([], query: "?country=DE") == "country_unknown")
      #expect(try await reason([("x-country", "US")]) == "country_excluded")
      #expect(try await reason([("x-country", "DE")]) == "200")
    }
  }

  @Test
  func `is told to edges alone, and no edge passes the question on`() throws {
    try Stage.run { stage in
      let house = try await Deployment(on: stage)
      #expect(try await house.origin.get("/internal/publication").status == 401)
      let forged: [(FieldName, String)] = [(.edgeClient, "v1;e1;1;::;;r;0")]
      #expect(try await house.origin.get("/internal/publication", fields: forged).status == 403)
      for path in ["/internal/publication", "/internal/publication?after=0", "/internal/x"] {
        #expect(try await house.edge.get(path).status == 404)
      }
    }
  }

  @Test
  func `takes a title back that is unpublished or deleted, gives it back, and is explained`() throws {
    try Stage.run { stage in
      let folder = try stage.folder().path
      let house = try await Deployment(on: stage, .init(edgeSettings: ["EDGE_STATE_FOLDER": folder]))
      let film = try await house.film()
      try await house.untilIssued(film.key, 200)
      for (hides, shows) in [("unpublish", "publish"), ("soft-delete", "restore")] {
        for (action, status) in [(hides, 404), (shows, 200)] as [(String, UInt16)] {
          let path = "/api/v1/admin/titles/\(film.title)/\(action)"
          #expect(try await house.edge.post(path, "{}", token: film.editor).status == 200)
          try await house.untilIssued(film.key, status)
          let question = ["explain", "--key", film.key, "--publication", "\(folder)/publication.json"]
          let words = status == 200 ? "decision   allow for 3600 s" : "decision   not found"
          // The edge writes its file when it has obeyed.
          try await eventually("explain says \(words)", on: stage.loop) {
            (try? await stage.run("moviesnow", question))?.output.contains(words) == true
          }
        }
      }
    }
  }

  @Test
  func `ends a bundle: no URL outlives it, and after it there is none`() throws {
    try Stage.run { stage in
      let house = try await Deployment(on: stage)
      let editor = try await house.editor()
      let title = try await house.publishTitle("sintel", as: editor)
      let end = Timestamp.now + .seconds(100)
      let created = try await house.createBundle("{\"season_number\":1}", of: title, as: editor)
      let key = try #require(created["storage_key"])
      try await house.objects.put(key, [1])
      let changed = try await house.edge.send(
        .patch, "/api/v1/admin/bundles/\(created["id"] ?? "")", "{\"expires_at\":\"\(end.iso8601)\"}", token: editor)
      #expect(changed.status == 200)
      try await eventually("the edge knows the end", on: stage.loop) {
        (try? await house.issue(key, route: "bundle-url")["limited_by"]) == "host/bundle-expiry"
      }
      let answer = try await house.issue(key, route: "bundle-url")
      #expect(answer["expires_at"] == "\(end.epochSeconds)")
      let database = try house.openDatabase()
      try await database.execute("UPDATE bundles SET created_at = '2020-01-01', expires_at = '2021-01-01'")
      try await database.execute("UPDATE publication_version SET version = version + 1")
      try await house.untilIssued(key, 404)
      let gone = try await house.issue(key, route: "bundle-url")
      #expect(gone.status == 404 && gone["detail"] == "Bundle not found or expired")
    }
  }
}
