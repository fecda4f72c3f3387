import Edge
import HTTP
import Loop
import Redis
import Support
import Testing

/// Against a real Redis.
@Suite struct `Playback sessions` {
  @Test func `watched time is what was played forward, whatever is told besides`() throws {
    try withStore { _, _, store in
      let id = try await start(store)
      try await beat(store, id, at: 10, playing: true)
      try await beat(store, id, at: 25, playing: true)
      try await beat(store, id, at: 5, playing: true)
      var pause = PlaybackEvent(.pause, json: Array("{}".utf8))
      pause.positionSeconds = 8
      pause.isPlaying = false
      try await store.record(pause, of: id, now: 4000)
      try await beat(store, id, at: 60, playing: true)
      var seek = PlaybackEvent(.seek, json: Array("{}".utf8))
      seek.positionSeconds = 61
      seek.targetSeconds = 3000
      try await store.record(seek, of: id, now: 6000)
      try await beat(store, id, at: 3010, playing: true)
      try await beat(store, id, at: 9000, playing: true)
      var complete = PlaybackEvent(.complete, json: Array("{}".utf8))
      complete.positionSeconds = 9005
      try await store.record(complete, of: id, now: 9000)
      let summary = try await store.summary(of: id)
      // 0 to 25, back to 5, to 8, paused to 60, to 61, sought, 3000 to 3010, a jump, 9000 to 9005.
      #expect(summary.watchedSeconds == 25 + 3 + 1 + 10 + 5)
      #expect(summary.lastPositionSeconds == 9005)
      #expect(summary.status == "completed")
    }
  }

  @Test func `the summary has the contract's members`() throws {
    try withStore { _, _, store in
      let id = try await start(store)
      var event = PlaybackEvent(.heartbeat, json: Array("{}".utf8))
      event.positionSeconds = 1.5
      event.bitrateKbps = 4200
      event.droppedFrames = 3
      event.stalls = 1
      event.rebufferMs = 250
      try await store.record(event, of: id, now: 1_700_000_001_000)
      try await store.record(event, of: id, now: 1_700_000_002_000)
      var failure = PlaybackEvent(.error, json: Array(#"{"code":"E1","message":"lost"}"#.utf8))
      failure.isFatal = true
      try await store.record(failure, of: id, now: 1_700_000_003_000)
      #expect(
        String(decoding: try await store.summary(of: id).json, as: UTF8.self)
          == #"{"id":"\#(id.text)","title_id":"t1","#
          + #""user_id":"u1","anon_id":null,"created_at":1700000000,"updated_at":1700000003,"status":"error","#
          + #""last_position_sec":1.5,"last_bitrate_kbps":4200,"rebuffer_count":2,"rebuffer_ms_total":500,"#
          + #""dropped_frames_total":6,"watched_sec":1.5,"last_error":{"code":"E1","message":"lost"},"#
          + #""device":null,"playback":null}"#)
    }
  }

  @Test func `an unknown session takes no event and leaves none on the stream`() throws {
    try withStore { _, redis, store in
      let unknown = SessionID.make()
      let problem = await #expect(throws: Problem.self) { try await beat(store, unknown, at: 1, playing: true) }
      #expect(problem?.status == .notFound)
      let names = try await redis.send("KEYS", "*")
      #expect(names.array?.isEmpty == true)
    }
  }

  @Test func `a key belongs to its viewer and its body`() throws {
    try withStore { _, redis, store in
      let body = Array(#"{"title_id":"t1"}"#.utf8)
      let first = try await store.start(newStart("u1"), idempotencyKey: "k", body: body, now: 100)
      #expect(try await store.start(newStart("u1"), idempotencyKey: "k", body: body, now: 200) == first)
      let other = try await store.start(newStart("u2"), idempotencyKey: "k", body: body, now: 100)
      #expect(other.id != first.id)
      let problem = await #expect(throws: Problem.self) {
        try await store.start(newStart("u1"), idempotencyKey: "k", body: [1], now: 100)
      }
      #expect(problem?.status == .unprocessableContent)
      #expect(try await redis.send("XLEN", SessionStore.events).integer == 2)
    }
  }

  @Test func `an event whose reply was lost is counted once`() throws {
    try withStore { loop, redis, _ in
      guard case .unix(let socket) = redis.url.endpoint else { return }
      let relay = try Relay(to: .unix(path: socket), on: loop)
      defer { relay.close() }
      let unlucky = RedisClient(loop: loop, url: try RedisURL("redis://127.0.0.1:\(relay.port)"))
      defer { unlucky.close() }
      let store = SessionStore(redis: unlucky)
      let id = try await start(store)
      try await beat(store, id, at: 10, playing: true)
      relay.losesNextReply = true
      try await beat(store, id, at: 20, playing: true)
      #expect(relay.repliesLost == 1)
      #expect(try await store.summary(of: id).watchedSeconds == 20)
      #expect(try await redis.send("XLEN", SessionStore.events).integer == 3)
    }
  }

  @Test func `with Redis away it is 503 with Retry-After, never a success`() throws {
    let loop = EventLoop()
    try loop.run { () async throws -> Void in
      let redis = RedisClient(loop: loop, url: try RedisURL("unix:///nonexistent/redis.sock"))
      defer { redis.close() }
      let store = SessionStore(redis: redis)
      let problem = await #expect(throws: Problem.self) {
        try await beat(store, SessionID.make(), at: 1, playing: true)
      }
      #expect(problem?.status == .serviceUnavailable)
    }
  }

  @Test func `a session's id is 2 to 128 harmless characters`() {
    #expect(SessionID("ab_-9") != nil)
    for text in ["", "a", "a/b", "a b", "a:b", String(repeating: "a", count: 129)] { #expect(SessionID(text) == nil) }
  }

  private func newStart(_ user: String) -> SessionStore.Start {
    SessionStore.Start(.user(user), titleID: "t1", json: Array(#"{"title_id":"t1"}"#.utf8))
  }

  private func start(_ store: SessionStore) async throws -> SessionID {
    let started = try await store.start(newStart("u1"), idempotencyKey: nil, body: [], now: 1_700_000_000)
    return try #require(SessionID(started.id))
  }

  private func beat(_ store: SessionStore, _ id: SessionID, at position: Double, playing: Bool) async throws {
    var event = PlaybackEvent(.heartbeat, json: Array("{}".utf8))
    event.positionSeconds = position
    event.isPlaying = playing
    try await store.record(event, of: id, now: 1_700_000_001_000)
  }

  private func withStore(_ body: @escaping (EventLoop, RedisClient, SessionStore) async throws -> Void) throws {
    let loop = EventLoop()
    try loop.run { () async throws -> Void in
      try await PrivateRedis.run(on: loop) { server in
        let redis = RedisClient(loop: loop, url: try RedisURL(server.url))
        defer { redis.close() }
        try await body(loop, redis, SessionStore(redis: redis))
      }
    }
  }
}
