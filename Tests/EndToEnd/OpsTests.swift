import FoundationEssentials
import HTTP
import Loop
import Postgres
import Support
import Testing

/// What an operator sees of the real programs, on their own listeners.
@Suite struct `The ops listeners` {
  @Test
  func `count what each role has answered, by route, and name no key of the store`() throws {
    try Stage.run { stage in
      let house = try await Deployment(on: stage)
      try await house.objects.put("bundles/sintel/S01.zip", [1])
      #expect(try await house.issue("bundles/sintel/S01.zip").status == 200)
      #expect(try await house.edge.get("/api/v1/version").status == 200)
      let edge = try await ops(of: house.edgePrograms[0], "edge", stage).get("/metrics").text
      let origin = try await ops(of: house.originProgram, "origin", stage).get("/metrics").text
      let issued = #"role="edge",http_request_method="POST",http_route="/api/v1/delivery/download-url""#
      #expect(
        edge.contains(
          "http_server_request_duration_seconds_count{\(issued),http_response_status_code=\"200\","
            + "network_protocol_version=\"1.1\"} 1\n"))
      #expect(edge.contains(#"http_client_request_duration_seconds_count{role="edge",http_request_method="HEAD""#))
      #expect(edge.contains(#"event_loop_lag_seconds_count{role="edge"}"#))
      #expect(edge.contains(#"edge_policy_calls_total{role="edge",policy="keys",hook="authorize"} 1"# + "\n"))
      #expect(origin.contains(#"role="origin",http_request_method="GET",http_route="/api/v1/version""#))
      #expect(!edge.contains("sintel") && !origin.contains("sintel"))
    }
  }

  @Test
  func `tell their measurements as Prometheus wants them, of all workers, after whatever was asked`() throws {
    try Stage.run { stage in
      let house = try await Deployment(
        on: stage, .init(edgeSettings: ["EDGE_WORKERS": "2", "ALLOW_ANON_TELEMETRY": "true"]))
      try await house.objects.put("bundles/sintel/S01.zip", [1])
      try await house.mint("a-token-of-tests")
      #expect(try await house.issue("bundles/sintel/S01.zip", token: "a-token-of-tests").status == 200)
      #expect(try await house.issue("bundles/none/S01.zip").status == 404)
      #expect(try await house.beat(try await house.play(), at: 1) == 202)
      for target in ["/api/v1/titles", "/api/v1/titles", "/api/v1/readyz", "/wp-login.php?a=\"\\"] {
        _ = try await house.edge.get(target)
        _ = try await house.edge.send(.head, target)
      }
      _ = try await house.logIn("ada@example.org", "wrong password")
      for (program, role) in [(house.edgePrograms[0], "edge"), (house.originProgram, "origin")] {
        let text = try await ops(of: program, role, stage).get("/metrics").text
        #expect(MetricsText(text).faults == [])
        let file = "\(try stage.folder().path)/metrics"
        try text.write(toFile: file, atomically: false, encoding: .utf8)
        let outcome = try await stage.shell("promtool check metrics <\(file)")
        #expect(outcome.status == 0 && outcome.output.isEmpty, "\(outcome.output)")
        let redis = "{role=\"\(role)\",db_system_name=\"redis\",db_operation_name=\"EVALSHA\""
        #expect(text.contains("db_client_operation_duration_seconds_count\(redis)"))
        // Two workers, one fact.
        #expect(text.contains("dependency_up{role=\"\(role)\",dependency=\"redis\"} 1\n"))
      }
    }
  }

  @Test
  func `tell which dependency is away, and so does the log, once`() throws {
    try Stage.run { stage in
      let house = try await Deployment(on: stage)
      let edge = house.edgePrograms[0]
      let ops = try await ops(of: edge, "edge", stage)
      #expect(try await ops.get("/readyz").status == 200)
      await house.redis.kill()
      let away = try await ops.get("/readyz")
      #expect(away.status == 503 && away["checks.0.name"] == "edge/redis" && away["checks.0.ok"] == "false")
      try await eventually("it is logged", on: stage.loop) { edge.output.contains("a dependency is away") }
      try await house.redis.start()
      try await eventually("its return is logged", on: stage.loop) { edge.output.contains("a dependency is back") }
      #expect(edge.output.split(separator: "a dependency is away").count == 2)
      #expect(try await ops.get("/readyz").status == 200)
    }
  }

  @Test
  func `and the audit log names who signed in, who could not, and what an admin did`() throws {
    try Stage.run { stage in
      let house = try await Deployment(on: stage)
      let admin = try await house.makeAdmin()
      _ = try await house.logIn(admin.email, "wrong password")
      let token = try await house.signIn(admin)["access_token"]
      let title = #"{"type":"MOVIE","name":"Sintel","slug":"sintel"}"#
      let fields: [(FieldName, String)] = [(.idempotencyKey, "k"), (.userAgent, "console/1")]
      for _ in 0..<2 {
        let made = try await house.edge.post("/api/v1/admin/titles", title, token: token, fields: fields)
        #expect(made.status == 201)
      }
      let database = PostgresPool(on: stage.loop, try PostgresSettings(url: house.database))
      defer { database.close() }
      var events: [String] = []
      try await eventually("all is written", on: stage.loop) {
        let rows = try? await database.query(
          """
          SELECT concat_ws(' ', action, outcome, users.email, details->>'slug', user_agent) AS event
          FROM audit_events LEFT JOIN users ON users.id = actor_id ORDER BY at
          """)
        events = (try? rows?.map { try $0.get("event", as: String.self) }) ?? []
        return events.count >= 4
      }
      #expect(
        events == [
          "LOGIN FAILURE", "LOGIN SUCCESS \(admin.email)", "MFA_LOGIN SUCCESS \(admin.email)",
          "TITLE_CREATE SUCCESS \(admin.email) sintel console/1",
        ])
    }
  }

  private func ops(of program: Program, _ role: String, _ stage: Stage) async throws -> Caller {
    try Caller(stage, "http://" + (try await program.printed("\(role) ops listens on ")))
  }
}
