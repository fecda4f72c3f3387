import Loop
import Observability
import Postgres
import Redis
import Support
import Testing

@testable import Playback

/// A real Redis and a real PostgreSQL.
@Suite struct `Consuming playback events` {
  @Test
  func `what edges have appended is counted, acknowledged, and gone from the stream`() throws {
    try withHouse { house in
      try await house.append(40)
      let consumer = house.consumer("one")
      try await house.eventually("all are counted") { try await house.counted() == 40 }
      try await house.append(2)
      try await house.eventually("new ones too") { try await house.counted() == 42 }
      await consumer.stop()
      #expect(try await house.waiting() == 0)
      #expect(try await house.pending() == 0)
    }
  }

  @Test
  func `what was counted and not acknowledged is delivered again and not counted again`() throws {
    try withHouse { house in
      try await house.append(30)
      // As a consumer that dies between its commit and its acknowledgement.
      try await house.redis.makeGroup("origin", on: EventConsumer.stream)
      let taken = try await house.redis.read(
        EventConsumer.stream, group: "origin", consumer: "one", count: 20, patience: .milliseconds(10))
      try await PlaybackStore(house.database).count(taken[..<10])
      let consumer = house.consumer("one")
      try await house.eventually("nothing waits") { try await house.waiting() == 0 }
      await consumer.stop()
      #expect(try await house.counted() == 30)
      #expect(try await house.pending() == 0)
    }
  }

  @Test
  func `what a dead consumer has left is taken over`() throws {
    try withHouse { house in
      try await house.append(30)
      try await house.redis.makeGroup("origin", on: EventConsumer.stream)
      _ = try await house.redis.read(
        EventConsumer.stream, group: "origin", consumer: "dead", count: 20, patience: .milliseconds(10))
      // Left two minutes ago.
      let left = try await house.redis.send("XPENDING", EventConsumer.stream, "origin", "-", "+", 100).array ?? []
      for entry in left {
        try await house.redis.send(
          "XCLAIM", EventConsumer.stream, "origin", "dead", 0, entry.array?.first?.text ?? "", "IDLE", 120_000)
      }
      let consumer = house.consumer("alive")
      try await house.eventually("nothing waits") { try await house.waiting() == 0 }
      await consumer.stop()
      #expect(try await house.counted() == 30)
      #expect(try await house.pending() == 0)
    }
  }

  @Test
  func `two consumers share the stream, and each event counts once`() throws {
    try withHouse { house in
      let consumers = [house.consumer("one"), house.consumer("two")]
      for _ in 0..<20 { try await house.append(100) }
      try await house.eventually("nothing waits") { try await house.waiting() == 0 }
      for consumer in consumers { await consumer.stop() }
      #expect(try await house.counted() == 2000)
    }
  }

  @Test
  func `an entry that the database cannot hold is set aside, and the others are counted`() throws {
    try withHouse { house in
      try await house.append(10)
      let bad: KeyValuePairs = ["session": "s", "event": "bad", "kind": "heartbeat", "at": "soon"]
      try await house.redis.append(
        to: EventConsumer.stream, keeping: 1000, bad.map { (name: $0.key, value: Array($0.value.utf8)) })
      try await house.append(10)
      let metrics = Metrics()
      let consumer = house.consumer("one", metrics)
      try await house.eventually("nothing waits") { try await house.waiting() == 0 }
      await consumer.stop()
      #expect(metrics.snapshot.prometheusText.contains("origin_playback_events_refused_total 1\n"))
      #expect(metrics.snapshot.prometheusText.contains("origin_playback_events_taken_total 21\n"))
      #expect(try await house.counted() == 20)
      let aside = try await house.redis.read(EventConsumer.refused, after: "0", patience: .milliseconds(10))
      #expect(aside.map { $0.first("event") } == [Array("bad".utf8)])
      #expect(aside.first?.first("because") == Array("22P02".utf8))
    }
  }

  @Test
  func `it waits for a Redis that is away and goes on when it is back`() throws {
    try withHouse { house in
      let consumer = house.consumer("one")
      try await house.append(5)
      try await house.eventually("the first are counted") { try await house.counted() == 5 }
      await house.server.kill()
      try await house.server.start()
      try await house.eventually("Redis is back") { (try? await house.append(5)) != nil }
      try await house.eventually("the others too") { try await house.counted() >= 10 }
      await consumer.stop()
      #expect(try await house.waiting() == 0)
    }
  }

  @Test
  func `it stops at once while it waits, and with Redis away`() throws {
    try withHouse { house in
      let consumer = house.consumer("one")
      try await house.append(1)
      try await house.eventually("it runs") { try await house.counted() == 1 }
      let before = house.loop.now
      await consumer.stop()
      #expect(house.loop.now - before < .seconds(2))
      await house.server.kill()
      let lost = house.consumer("two")
      await lost.stop()
    }
  }

  private func withHouse(_ body: @escaping (House) async throws -> Void) throws {
    let url = PostgresServer.shared.makeDatabase()
    let loop = EventLoop()
    try loop.run { () async throws -> Void in
      try await PrivateRedis.run(on: loop) { server in
        let settings = try PostgresSettings(url: url)
        _ = try await Migrator(on: loop, settings).apply(PlaybackSchema.migrations)
        let database = PostgresPool(on: loop, settings)
        defer { database.close() }
        let redis = RedisClient(loop: loop, url: try RedisURL(server.url))
        defer { redis.close() }
        try await body(House(loop: loop, server: server, redis: redis, database: database))
      }
    }
    #expect(loop.handlesLeftOpen == 0)
  }
}

/// A stream, a database, and consumers between them.
private final class House {
  let loop: EventLoop
  let server: PrivateRedis
  let redis: RedisClient
  let database: PostgresPool
  private var appended = 0

  init(loop: EventLoop, server: PrivateRedis, redis: RedisClient, database: PostgresPool) {
    self.loop = loop
    self.server = server
    self.redis = redis
    self.database = database
  }

  func consumer(_ name: String, _ metrics: Metrics = Metrics()) -> EventConsumer {
    let own = RedisClient(loop: loop, url: redis.url)
    let consumer = EventConsumer(on: loop, own, database, name: name, metrics)
    loop.start { await consumer.run() }
    return consumer
  }

  /// Heartbeats over seven sessions.
  func append(_ count: Int) async throws {
    for _ in 0..<count {
      let fields: KeyValuePairs = [
        "session": "s\(appended % 7)", "event": "e\(appended)", "kind": "heartbeat", "at": "1700000000000",
        "position_sec": "1", "watched_sec": "1", "playing": "1",
      ]
      try await redis.append(
        to: EventConsumer.stream, keeping: 1_000_000, fields.map { (name: $0.key, value: Array($0.value.utf8)) })
      appended += 1
    }
  }

  func counted() async throws -> Int64 {
    try await database.query("SELECT coalesce(sum(event_count), 0)::bigint AS n FROM playback_sessions")[0].get("n")
  }

  func waiting() async throws -> Int64? { try await redis.send("XLEN", EventConsumer.stream).integer }

  func pending() async throws -> Int64? {
    try await redis.send("XPENDING", EventConsumer.stream, "origin").array?.first?.integer
  }

  func eventually(_ what: String, _ condition: @escaping () async throws -> Bool) async throws {
    try await Support.eventually(what, on: loop, within: .seconds(20)) { (try? await condition()) == true }
  }
}
