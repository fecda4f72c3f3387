import Edge
import HTTP
import Loop
import Redis
import Support
import Testing

/// Against a real Redis.
@Suite struct `Playback sessions` {
  @Test func `watched time is what was played forward, whatever is told besides`() throws {
    try withStore { _, redis, store in
      let id = try await start(store)
      try await beat(store, id, at: 10)
      try await beat(store, id, at: 25)
      try await beat(store, id, at: 5)
      try await tell(store, id, .pause) {
        $0.positionSeconds = 8; $0.isPlaying = false
      }
      try await beat(store, id, at: 60)
      try await tell(store, id, .seek) {
        $0.positionSeconds = 61; $0.targetSeconds = 3000
      }
      try await beat(store, id, at: 3010)
      try await beat(store, id, at: 9000)
      try await tell(store, id, .complete) { $0.positionSeconds = 9005 }
      let summary = try await store.summary(of: id)
      // 0 to 25, back to 5, to 8, paused to 60, to 61, sought, 3000 to 3010, a jump, 9000 to 9005.
      #expect(summary.watchedSeconds == 25 + 3 + 1 + 10 + 5)
      #expect(summary.lastPositionSeconds == 9005)
      #expect(summary.status == "completed")
      // What the origin adds up is the same.
      let steps = try await redis.read(SessionStore.events, after: "0", patience: .milliseconds(10)).map { entry in
        entry.first("watched_sec").flatMap { Double(String(decoding: $0, as: UTF8.self)) } ?? 0
      }
      #expect(steps.allSatisfy { $0 >= 0 } && steps.reduce(0, +) == summary.watchedSeconds)
    }
  }

  @Test func `after its end a session takes nothing more`() throws {
    try withStore { _, redis, store in
      let id = try await start(store)
      try await tell(store, id, .complete) { $0.positionSeconds = 50 }
      try await beat(store, id, at: 60)
      let summary = try await store.summary(of: id)
      #expect(summary.status == "completed" && summary.watchedSeconds == 50 && summary.lastPositionSeconds == 50)
      #expect(try await redis.send("XLEN", SessionStore.events).integer == 2)
    }
  }

  @Test func `the summary has the contract's members`() throws {
    try withStore { _, _, store in
      let id = try await start(store)
      for now in [1_700_000_001_000, 1_700_000_002_000] {
        try await tell(store, id, .heartbeat, now: Int64(now)) { event in
          event.positionSeconds = 1.5
          event.bitrateKbps = 4200
          event.droppedFrames = 3
          event.stalls = 1
          event.rebufferMs = 250
        }
      }
      try await tell(store, id, .error, now: 1_700_000_003_000) { event in
        event.error = Array(#"{"code":"E1","message":"lost"}"#.utf8)
        event.isFatal = true
      }
      #expect(
        String(decoding: try await store.summary(of: id).json, as: UTF8.self)
          == #"{"id":"\#(id.text)","title_id":"t1","#
          + #""user_id":"u1","anon_id":null,"created_at":1700000000,"updated_at":1700000003,"status":"error","#
          + #""last_position_sec":1.5,"last_bitrate_kbps":4200,"rebuffer_count":2,"rebuffer_ms_total":500,"#
          + #""dropped_frames_total":6,"watched_sec":1.5,"last_error":{"code":"E1","message":"lost"},"#
          + #""device":null,"playback":{"quality":"auto","playback_type":"stream"}}"#)
    }
  }

  @Test func `an unknown session takes no event and leaves none on the stream`() throws {
    try withStore { _, redis, store in
      let problem = await #expect(throws: Problem.self) { try await beat(store, SessionID.make(), at: 1) }
      #expect(problem?.status == .notFound)
      let names = try await redis.send("KEYS", "*")
      #expect(names.array?.isEmpty == true)
    }
  }

  @Test func `a key belongs to its viewer and its body`() throws {
    try withStore { _, redis, store in
      let body = Array(#"{"title_id":"t1"}"#.utf8)
      func start(_ viewer: Viewer, _ body: [UInt8]) async throws(Problem) -> SessionStore.Started {
        try await store.start(try SessionStart(json: titled), by: viewer, idempotencyKey: "k", body: body, now: 100_000)
      }
      let first = try await start(Viewer(.user("u1")), body)
      #expect(try await start(Viewer(.user("u1")), body) == first)
      #expect(try await start(Viewer(.user("u2")), body).id != first.id)
      let problem = await #expect(throws: Problem.self) { try await start(Viewer(.user("u1")), [1]) }
      #expect(problem?.status == .unprocessableContent)
      #expect(try await redis.send("XLEN", SessionStore.events).integer == 2)
    }
  }

  @Test func `an anonymous viewer who repeats a start gets the name that the first one gave`() throws {
    try withStore { _, _, store in
      func start(_ name: String) async throws -> SessionStore.Started {
        try await store.start(
          try SessionStart(json: titled), by: Viewer(.anonymous(name), scope: "192.0.2.1|x"), idempotencyKey: "k",
          body: [], now: 100_000)
      }
      let first = try await start("one")
      #expect(first.anonymousID == "one")
      #expect(try await start("two") == first)
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
      try await beat(store, id, at: 10)
      relay.losesNextReply = true
      try await beat(store, id, at: 20)
      #expect(relay.repliesLost == 1)
      #expect(try await store.summary(of: id).watchedSeconds == 20)
      #expect(try await redis.send("XLEN", SessionStore.events).integer == 3)
    }
  }

  @Test func `what is neither told nor new is not on the stream`() throws {
    try withStore { _, redis, store in
      let id = try await start(store)
      try await tell(store, id, .resume, now: 1_700_000_001_500) {
        $0.positionSeconds = 4; $0.isPlaying = true
      }
      let entries = try await redis.read(SessionStore.events, after: "0", patience: .milliseconds(10))
      #expect(entries.count == 2)
      let fields = (entries.last?.fields ?? []).map { "\($0.name)=\(String(decoding: $0.value, as: UTF8.self))" }
      #expect(
        fields.filter { !$0.hasPrefix("event=") } == [
          "session=\(id.text)", "at=1700000001500", "watched_sec=4", "kind=resume", "position_sec=4.0", "playing=1",
        ])
    }
  }

  @Test func `a full stream refuses with 503, and what stands on it stays`() throws {
    try withStore { _, redis, _ in
      let store = SessionStore(redis: redis, mostEvents: 2)
      let id = try await start(store)
      try await beat(store, id, at: 1)
      let refused = await #expect(throws: Problem.self) { try await beat(store, id, at: 2) }
      #expect(refused?.status == .serviceUnavailable && refused?.fields.first(.retryAfter) == "1")
      let unstarted = await #expect(throws: Problem.self) { try await start(store) }
      #expect(unstarted?.status == .serviceUnavailable)
      #expect(try await redis.send("XLEN", SessionStore.events).integer == 2)
      #expect(try await store.summary(of: id).lastPositionSeconds == 1)
    }
  }

  @Test func `with Redis away it is 503 with Retry-After, never a success`() throws {
    let loop = EventLoop()
    try loop.run { () async throws -> Void in
      let redis = RedisClient(loop: loop, url: try RedisURL("unix:///nonexistent/redis.sock"))
      defer { redis.close() }
      let store = SessionStore(redis: redis)
      let problem = await #expect(throws: Problem.self) { try await beat(store, SessionID.make(), at: 1) }
      #expect(problem?.status == .serviceUnavailable && problem?.fields.first(.retryAfter) == "1")
    }
  }

  @Test func `a session's id is 2 to 128 harmless characters`() {
    #expect(SessionID("ab_-9") != nil)
    for text in ["", "a", "a/b", "a b", "a:b", String(repeating: "a", count: 129)] { #expect(SessionID(text) == nil) }
  }

  private let titled = Array(#"{"title_id":"t1"}"#.utf8)

  private func start(_ store: SessionStore) async throws -> SessionID {
    let started = try await store.start(
      try SessionStart(json: titled), by: Viewer(.user("u1")), idempotencyKey: nil, body: [], now: 1_700_000_000_000)
    return try #require(SessionID(started.id))
  }

  /// A heartbeat while it plays.
  private func beat(_ store: SessionStore, _ id: SessionID, at position: Double) async throws {
    try await tell(store, id, .heartbeat) {
      $0.positionSeconds = position; $0.isPlaying = true
    }
  }

  private func tell(
    _ store: SessionStore, _ id: SessionID, _ kind: PlaybackEvent.Kind, now: Int64 = 1_700_000_001_000,
    _ fill: (inout PlaybackEvent) -> Void
  ) async throws {
    var event = PlaybackEvent(kind)
    fill(&event)
    if let refusal = await outcome({ store.record(event, of: id, now: now, hear: $0) }) { throw refusal }
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
