import Loop
import Postgres
import Support
import Testing

/// What edges acknowledge and what the origin's database counts, whoever is killed in between.
@Suite(.serialized) struct `Counting what is played` {
  private static let players = 25
  private static let beats = 160

  @Test
  func `an origin that is killed over and over loses no event and counts none twice`() throws {
    try Stage.run { stage in
      let house = try await Deployment(on: stage, .init(edgeSettings: ["ALLOW_ANON_TELEMETRY": "true"]))
      let database = try house.openDatabase()
      // Without an origin the events wait: thousands of them, so that each kill hits it in the middle.
      await house.originProgram.kill()
      let players = await concurrently(Self.players, on: stage.loop) { _ in try? await Self.watch(house) }
      let sessions = players.compactMap { $0 }
      #expect(sessions.count == Self.players)
      let all = Int64(Self.players * (Self.beats + 1))
      #expect(try await house.waitingEvents() == all)

      var kills = 0
      while try await Self.counted(database) < all, kills < 20 {
        let before = try await Self.counted(database)
        try await house.restartOrigin()
        try await eventually("it counts", on: stage.loop, within: .seconds(20)) {
          (try? await Self.counted(database)) ?? 0 > before
        }
        // Later each time, so that all moments of its work have their turn.
        await stage.loop.sleep(for: .milliseconds(4 * kills))
        await house.originProgram.kill()
        kills += 1
      }
      try await house.restartOrigin()
      try await house.untilCounted()
      #expect(kills > 1)
      for session in sessions {
        let row = try await database.query(
          "SELECT event_count, watched_sec, last_position_sec FROM playback_sessions WHERE id = \(session)")[0]
        #expect(try row.get("event_count", as: Int.self) == Self.beats + 1)
        let position = Double(Self.beats)
        #expect(try row.get("watched_sec", as: Double.self) == position)
        #expect(try row.get("last_position_sec", as: Double.self) == position)
      }
      #expect(try await Self.counted(database) == all)
    }
  }

  @Test
  func `PostgreSQL away: players notice nothing, and it is counted when it is back`() throws {
    try Stage.run { stage in
      let postgres = try await PostgresServer.alone(on: stage.loop)
      let plan = Deployment.Plan(edgeSettings: ["ALLOW_ANON_TELEMETRY": "true"], postgres: postgres)
      let house = try await Deployment(on: stage, plan)
      let session = try await house.play()
      #expect(try await house.beat(session, at: 10) == 202)
      try await postgres.stop(on: stage.loop)
      #expect(try await house.beat(session, at: 20) == 202)
      #expect(try await house.summary(of: session)["watched_sec"] == "20")
      try await postgres.start(on: stage.loop)
      try await house.untilCounted()
      try await eventually("the origin sums it up", on: stage.loop) {
        let summary = try? await house.origin.get("\(Deployment.sessions)/\(session)")
        return summary?["watched_sec"] == "20" && summary?["last_position_sec"] == "20"
      }
    }
  }

  /// A session and its heartbeats, a second of film each: its id when all were acknowledged.
  private static func watch(_ house: Deployment) async throws -> String? {
    let session = try await house.play()
    for second in 1...beats {
      guard try await house.beat(session, at: Double(second)) == 202 else { return nil }
    }
    return session
  }

  private static func counted(_ database: PostgresPool) async throws -> Int64 {
    try await database.query("SELECT coalesce(sum(event_count), 0)::bigint AS n FROM playback_sessions")[0].get("n")
  }
}
