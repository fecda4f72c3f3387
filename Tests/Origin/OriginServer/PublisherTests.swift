import HTTP
import Loop
@testable import OriginServer
import Postgres
import Publication
import Redis
import Schedule
import Support
import Testing

@Suite struct `The publisher` {
  private let always = #"{"windows": [{"window_start": "2026-12-01T00:00:00Z"}]}"#

  @Test func `counts every change, and whoever has the last version is told nothing new`() throws {
    try withPublisher { publisher, pool, title, _ in
      #expect(try await state(publisher).version == 1)
      #expect(try await publisher.document(after: 1) == nil)
      let routes = schedule(pool, publisher)
      for version in 2...3 as ClosedRange<Int64> {
        let answer = try await routes.answer(.put, "/api/v1/admin/titles/\(title)/availability", always).response
        #expect(answer.status == .ok)
        #expect(try await publisher.document(after: version) == nil)
        #expect(try await state(publisher, after: version - 1).windows(ofTitle: title)?.count == 1)
      }
    }
  }

  @Test func `a change that is rolled back leaves no gap`() throws {
    struct Refusal: Error {}
    try withPublisher { publisher, pool, title, _ in
      await #expect(throws: Refusal.self) {
        try await pool.transaction { transaction in
          _ = try await PublicationVersion.next(.titleRemoved(title), in: transaction)
          throw Refusal()
        }
      }
      let change = try await pool.transaction { try await PublicationVersion.next(.titleRemoved(title), in: $0) }
      #expect(change.version == 2)
    }
  }

  @Test func `a change stands on the stream as the codec writes it`() throws {
    try withPublisher { publisher, pool, title, redis in
      let routes = schedule(pool, publisher)
      _ = try await routes.answer(.put, "/api/v1/admin/titles/\(title)/availability", always)
      let entry = try #require(try await redis.read("edge:publication", after: "0", patience: .seconds(1)).first)
      let change = try PublicationCodec.decodeChange(try #require(entry.first("change")))
      #expect(
        change
          == PublicationChange(
            version: 2, kind: .availability(title: title, windows: [AvailabilityWindow(start: 1_796_083_200)])))
    }
  }

  @Test func `with Redis away a write is still done and published`() throws {
    try withPublisher { publisher, pool, title, redis in
      redis.close()
      let answer = try await schedule(pool, publisher)
        .answer(.put, "/api/v1/admin/titles/\(title)/availability", always).response
      #expect(answer.status == .ok)
      #expect(try await state(publisher).version == 2)
    }
  }

  // MARK: Help

  private func state(_ publisher: Publisher, after version: Int64? = nil) async throws -> PublishedState {
    try PublicationCodec.decodeState(try #require(try await publisher.document(after: version)))
  }

  private func schedule(_ pool: PostgresPool, _ publisher: Publisher) -> RouteTable {
    RouteTable(
      ScheduleRoutes(
        pool, publish: PublicationVersion.next, announce: { await publisher.announce($0) }
      ).routes)
  }

  /// Runs `body` with a publisher, its database, the id of a title there, and the publisher's Redis.
  private func withPublisher(
    _ body: @escaping (Publisher, PostgresPool, String, RedisClient) async throws -> Void
  ) throws {
    try withDatabase(OriginSchema.migrations) { pool in
      let row = try await pool.query(
        "INSERT INTO titles (type, name, slug) VALUES ('MOVIE', 'Film', 'film') RETURNING id")[0]
      let loop = EventLoop.current
      try await PrivateRedis.run(on: loop) { server in
        let redis = RedisClient(loop: loop, url: try RedisURL(server.url))
        defer { redis.close() }
        try await body(Publisher(pool, EdgeMessages(redis)), pool, try row.get("id"), redis)
      }
    }
  }
}
