import HTTP
import Redis
import Support
import Testing

/// The player's routes over the wire: real edge, real Redis.
@Suite(.serialized) struct `Playing` {
  private let anonymous = Deployment.Plan(edgeSettings: ["ALLOW_ANON_TELEMETRY": "true"])

  @Test
  func `a session adds up, from its start to its summary`() throws {
    try Stage.run { stage in
      let house = try await Deployment(on: stage)
      let token = try #require(try await house.signUp("ada@example.org", "correct horse")["access_token"])
      let trace = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"
      let id = "0b8f8a6e-61f4-4a52-9a7c-1f9a2f4f3a10"
      let started = try await house.startSession(
        #"{"title_id":"sintel","quality":"720p","device":{"platform":"tv","colour":"red"}}"#, token: token,
        fields: [(.xRequestID, id), (.traceparent, trace)])
      #expect(started.status == 201 && started["status"] == "started" && started["title_id"] == "sintel")
      #expect(started["user_id"]?.count == 36 && started["anon_id"] == nil)
      let session = try #require(started["id"])
      #expect(session.count == 22 && started.fields.first("x-session-id") == session)
      #expect(started.fields.first(.xRequestID) == id)
      #expect(started.fields.first(.traceparent)?.hasPrefix(trace.prefix(36)) == true)

      let events = [
        ("heartbeat", #"{"position_sec":10,"bitrate_kbps":4500}"#),
        ("heartbeat", #"{"position_sec":20,"stall_count":1,"rebuffer_duration_ms":350,"dropped_frames":2}"#),
        ("pause", #"{"position_sec":25}"#), ("seek", #"{"from_sec":25,"to_sec":60}"#),
        ("resume", #"{"position_sec":60}"#), ("heartbeat", #"{"position_sec":50}"#),
        ("error", #"{"code":"MEDIA_ERR","message":"decode"}"#), ("complete", #"{"position_sec":75,"duration_sec":75}"#),
      ]
      for (event, json) in events {
        let answer = try await house.tell(session, event, json)
        #expect(answer.status == 202 && answer.body.isEmpty, "\(event): \(answer.text)")
        #expect(answer.fields.all(.cacheControl) == ["no-store"] && answer.fields.first(.pragma) == "no-cache")
      }
      let summary = try await house.summary(of: session)
      #expect(summary.status == 200 && summary.fields.all(.cacheControl) == ["no-store"])
      // 0 to 25, sought, back from 60 to 50, to 75.
      #expect(
        summary["watched_sec"] == "50" && summary["last_position_sec"] == "75" && summary["status"] == "completed")
      #expect(summary["rebuffer_count"] == "1" && summary["rebuffer_ms_total"] == "350")
      #expect(summary["dropped_frames_total"] == "2" && summary["last_bitrate_kbps"] == "4500")
      #expect(summary["last_error.code"] == "MEDIA_ERR" && summary.json?.names("device") == ["platform"])
      #expect(summary["playback.quality"] == "720p" && summary["user_id"] == started["user_id"])
    }
  }

  @Test
  func `who starts is a token's user or nobody; the id alone gives the right to write`() throws {
    try Stage.run { stage in
      let house = try await Deployment(on: stage)
      let forged: [(FieldName, String)] = [("x-user-id", "ada"), (.xForwardedFor, "127.0.0.1")]
      let refused = try await house.startSession(fields: forged)
      #expect(refused.status == 401 && refused["detail"] == "Authentication required")
      #expect(refused.fields.all(.cacheControl) == ["no-store"] && refused.fields.first(.pragma) == "no-cache")
      let signedUp = try await house.signUp("ada@example.org", "correct horse")
      let refresh = try await house.startSession(token: signedUp["refresh_token"])
      #expect(refresh.status == 401 && refresh["detail"] == "Invalid token type.")
      #expect(try await house.startSession(token: "not.a.token")["detail"] == "Invalid token.")

      let session = try #require(try await house.startSession(token: signedUp["access_token"])["id"])
      #expect(try await house.beat(session, at: 1) == 202)
      #expect(try await house.beat("unknown-session", at: 1) == 404)
      let unknown = try await house.summary(of: "unknown-session")
      #expect(unknown.status == 404 && unknown["detail"] == "Session not found")
      #expect(unknown.fields.all(.cacheControl) == ["no-store"])
      for bad in ["x", "a%20b", String(repeating: "a", count: 129)] {
        #expect(try await house.beat(bad, at: 1) == 422)
        #expect(try await house.summary(of: bad).status == 422)
      }
    }
  }

  @Test
  func `a repeated start makes one session, for the same viewer and body alone`() throws {
    try Stage.run { stage in
      let house = try await Deployment(on: stage, anonymous)
      let token = try await house.signUp("ada@example.org", "correct horse")["access_token"]
      let key: [(FieldName, String)] = [(.idempotencyKey, "k-1")]
      let answers = await concurrently(8, on: stage.loop) { _ in try? await house.startSession(fields: key) }
      #expect(answers.allSatisfy { $0?.status == 201 } && Set(answers.map { $0?.text }).count == 1)
      #expect(answers[0]?["anon_id"]?.count == 32)
      let other = try await house.startSession(#"{"title_id":"other"}"#, fields: key)
      #expect(other.status == 422)
      let user = try await house.startSession(token: token, fields: key)
      #expect(user.status == 201 && user["id"] != answers[0]?["id"])
      let long = try await house.startSession(fields: [(.idempotencyKey, String(repeating: "k", count: 256))])
      #expect(long.status == 400)
    }
  }

  @Test
  func `what breaks the contract is refused by its name, and changes nothing`() throws {
    try Stage.run { stage in
      let house = try await Deployment(on: stage, anonymous)
      let session = try await house.play()
      let negative = try await house.tell(session, "heartbeat", #"{"position_sec":-98765}"#)
      #expect(negative.status == 422 && negative["title"] == "Validation error")
      #expect(negative["errors.0.loc.0"] == "body" && negative["errors.0.loc.1"] == "position_sec")
      #expect(!negative.text.contains("98765"))
      #expect(try await house.tell(session, "seek", #"{"from_sec":1}"#).status == 422)
      #expect(try await house.tell(session, "error", "not json").status == 400)
      #expect(try await house.startSession(#"{"title_id":"no spaces please"}"#)["detail"] == "Invalid title_id format")
      let large = try await house.tell(session, "error", String(repeating: " ", count: 17_000))
      #expect(large.status == 413)
      #expect(try await house.summary(of: session)["status"] == "started")
      #expect(try await house.waitingEvents() ?? 9 <= 1)
    }
  }

  @Test
  func `a session that Redis has forgotten is summed up by the origin`() throws {
    try Stage.run { stage in
      let house = try await Deployment(on: stage, anonymous)
      let session = try await house.play()
      #expect(try await house.beat(session, at: 10) == 202)
      #expect(try await house.tell(session, "complete", #"{"position_sec":12,"duration_sec":12}"#).status == 202)
      let remembered = try await house.summary(of: session)
      try await house.untilCounted()
      try await house.forget("player:session:*")
      let forgotten = try await house.summary(of: session)
      #expect(forgotten.status == 200 && forgotten.fields.all(.cacheControl) == ["no-store"])
      for member in remembered.json?.names() ?? [] { #expect(forgotten[member] == remembered[member], "\(member)") }
      #expect(forgotten["watched_sec"] == "12" && forgotten["status"] == "completed")
      #expect(try await house.beat(session, at: 13) == 404)
    }
  }

  @Test
  func `once a public API key is configured, no route of the player is open without one`() throws {
    try Stage.run { stage in
      let plan = Deployment.Plan(edgeSettings: ["ALLOW_ANON_TELEMETRY": "true", "PUBLIC_API_KEY": "old,new"])
      let house = try await Deployment(on: stage, plan)
      let key: [(FieldName, String)] = [(.xAPIKey, "new")]
      let session = try #require(try await house.startSession(fields: key)["id"])
      for (method, route) in [
        (Method.post, "start"), (.post, "\(session)/heartbeat"), (.post, "\(session)/pause"),
        (.post, "\(session)/resume"), (.post, "\(session)/seek"), (.post, "\(session)/complete"),
        (.post, "\(session)/error"), (.get, session),
      ] {
        let refused = try await house.edge.send(method, "\(Deployment.sessions)/\(route)", "{}")
        #expect(refused.status == 401 && refused["detail"] == "Invalid or missing API key", "\(route)")
      }
      #expect(try await house.edge.post("/api/v1/delivery/download-url", "{}").status == 401)
      #expect(try await house.edge.get("/healthz").status == 200)
      let beat = try await house.edge.post(
        "\(Deployment.sessions)/\(session)/heartbeat?api_key=old", #"{"position_sec":1}"#)
      #expect(beat.status == 202)
    }
  }

  @Test
  func `with Redis killed it is 503 and never 202, and what was acknowledged is there afterwards`() throws {
    try Stage.run { stage in
      let house = try await Deployment(on: stage, anonymous)
      let session = try await house.play()
      #expect(try await house.beat(session, at: 10) == 202)
      await house.redis.kill()
      for answer in [
        try await house.startSession(), try await house.tell(session, "heartbeat", #"{"position_sec":20}"#),
        try await house.summary(of: session),
      ] {
        #expect(answer.status == 503 && answer.fields.first(.retryAfter) == "1", "\(answer.text)")
      }
      try await house.redis.start()
      try await eventually("heartbeats are back", on: stage.loop, within: .seconds(5)) {
        (try? await house.beat(session, at: 30)) == 202
      }
      #expect(try await house.summary(of: session)["watched_sec"] == "30")
    }
  }
}
