import HTTP
import Postgres
import Redis
import Support
import Testing

@testable import Playback

@Suite struct `Sessions in the database` {
  private let start = StreamEntry(
    "1700000000000-0",
    [
      "session": "s1", "event": "s1", "kind": "start", "at": "1700000000000", "title_id": "sintel", "user_id": "u1",
      "position_sec": "0.0", "quality": "auto", "playback_type": "stream", "device": #"{"platform":"tv"}"#,
    ])
  private let beat = StreamEntry(
    "1700000010000-0",
    [
      "session": "s1", "event": "e1", "kind": "heartbeat", "at": "1700000010000", "position_sec": "10.5",
      "watched_sec": "10.5", "playing": "1", "bitrate_kbps": "4200", "dropped_frames": "3", "stall_count": "1",
      "rebuffer_duration_ms": "250", "volume": "0.5", "muted": "0",
    ])
  private let seek = StreamEntry(
    "1700000010000-1",
    [
      "session": "s1", "event": "e2", "kind": "seek", "at": "1700000011000", "position_sec": "11", "target_sec": "500",
      "watched_sec": "0.5",
    ])
  private let end = StreamEntry(
    "1700000020000-0",
    [
      "session": "s1", "event": "e3", "kind": "complete", "at": "1700000020900", "position_sec": "505",
      "duration_sec": "506", "watched_sec": "5", "bitrate_kbps": "900",
    ])

  private let whole = """
    (s1,sintel,u1,,completed,505,506,16,900,1,250,3,4,"2023-11-14 22:13:20+00","2023-11-14 22:13:40.9+00",tv,0.5)
    """

  @Test func `a session is what its events add up to`() throws {
    try withStore { store, sessions in
      try await store.count([start, beat, seek, end])
      #expect(try await sessions() == [whole])
    }
  }

  @Test func `an event that is given again is not counted again, in the same batch or in another`() throws {
    try withStore { store, sessions in
      try await store.count([start, beat, beat])
      try await store.count([beat, seek, start])
      try await store.count([seek, end, end])
      #expect(try await sessions() == [whole])
    }
  }

  @Test func `batches that come out of order end the same`() throws {
    try withStore { store, sessions in
      try await store.count([end])
      try await store.count([seek])
      try await store.count([start, beat])
      #expect(try await sessions() == [whole])
    }
  }

  @Test func `a batch of many sessions keeps them apart`() throws {
    try withStore { store, sessions in
      let others = (0..<300).map { number in
        StreamEntry(
          "1700000000001-\(number)",
          [
            "session": "x\(number % 100)", "event": "x\(number)", "kind": "heartbeat", "at": "1700000000001",
            "position_sec": "1", "watched_sec": "2", "playing": "0",
          ])
      }
      try await store.count([start] + others)
      let rows = try await sessions()
      #expect(rows.count == 101 && rows.filter { $0.contains(",paused,1,,6,,0,0,0,3,") }.count == 100)
    }
  }

  @Test func `names of events that cannot come again are forgotten, the others kept`() throws {
    try withDatabase(PlaybackSchema.migrations) { pool in
      let store = PlaybackStore(pool)
      try await store.count([start, beat, end])
      try await store.forgetEvents(before: .max)
      #expect(try await pool.query("SELECT 1 FROM playback_counted_events").count == 3)
      try await pool.execute("UPDATE playback_counted_events SET counted_at = now() - interval '11 minutes'")
      try await store.forgetEvents(before: StreamPlace("1700000020000-0").number)
      let left = try await pool.query("SELECT event FROM playback_counted_events")
      #expect(try left.map { try $0.get("event", as: String.self) } == ["e3"])
    }
  }

  @Test func `the origin answers what Redis has forgotten, in the members of the contract`() throws {
    try withDatabase(PlaybackSchema.migrations) { pool in
      try await PlaybackStore(pool).count([start, beat, seek, end])
      let routes = RouteTable(PlaybackRoutes(pool).routes)
      #expect(
        try await routes.answer(.get, "/api/v1/player/sessions/s1").response.text
          == #"{"anon_id":null,"created_at":1700000000,"device":{"platform":"tv"},"dropped_frames_total":3,"id":"s1","#
          + #""last_bitrate_kbps":900,"last_error":null,"last_position_sec":505,"#
          + #""playback":{"playback_type":"stream","quality":"auto"},"rebuffer_count":1,"rebuffer_ms_total":250,"#
          + #""status":"completed","title_id":"sintel","updated_at":1700000020,"user_id":"u1","watched_sec":16}"#)
      #expect(try await routes.answer(.get, "/api/v1/player/sessions/s2").response.status == .notFound)
    }
  }

  @Test func `a place on the stream is ordered as its ids are`() {
    let places = ["", "x", "0-1", "1700000000000-0", "1700000000000-7", "1700000000001-0"].map {
      StreamPlace($0).number
    }
    #expect(places == places.sorted() && Set(places).count == 5)
  }

  /// The sessions as rows of text, by their ids.
  private func withStore(
    _ body: @escaping (PlaybackStore, () async throws -> [String]) async throws -> Void
  ) throws {
    try withDatabase(PlaybackSchema.migrations) { pool in
      try await body(PlaybackStore(pool)) {
        let rows = try await pool.query(
          """
          SELECT row(id, title_id, user_id, anon_id, status, last_position_sec, duration_sec, watched_sec,
            last_bitrate_kbps, rebuffer_count, rebuffer_ms_total, dropped_frames_total, event_count, created_at,
            updated_at, device->>'platform', screen->>'volume')::text AS session
          FROM playback_sessions ORDER BY id
          """)
        return try rows.map { try $0.get("session") }
      }
    }
  }
}

extension StreamEntry {
  init(_ id: String, _ fields: KeyValuePairs<String, String>) {
    self.init(id: id, fields: fields.map { (name: $0.key, value: Array($0.value.utf8)) })
  }
}
