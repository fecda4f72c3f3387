import HTTP
import Loop
@testable import Operations
import Publication
import Redis
import Routing
import Support
import Testing

@Suite struct `The purge desk` {
  @Test func `an order reaches the stream, and a node has obeyed it when it says so or has come past it`() throws {
    try withRedis { redis in
      let desk = PurgeDesk(redis)
      let now = "99999999999999"
      try await redis.send(
        "HSET", PurgeReceipt.nodes, "a", "\(now) 1000 0-0", "b", "\(now) 2000 0-0", "gone", "1 1 0-0")
      try await desk.send(PurgeNotice([.tag("titles")], isSoft: true, order: "o1"), id: "o1")
      let entry = try #require(try await redis.read(PurgeNotice.stream, after: "0", patience: .milliseconds(10)).first)
      #expect(PurgeNotice(entry.fields) == PurgeNotice([.tag("titles")], isSoft: true, order: "o1"))

      var standing = try #require(try await desk.standing(of: "o1"))
      #expect(!standing.complete && standing.nodes.map(\.nodeId) == ["a", "b"])
      #expect(standing.nodes.allSatisfy { $0.appliedAt == nil })
      try await redis.send("HSET", PurgeReceipt.key(of: "o1"), "node:a", "3000")
      try await redis.send("HSET", PurgeReceipt.nodes, "b", "\(now) 2000 \(entry.id)")
      standing = try #require(try await desk.standing(of: "o1"))
      #expect(standing.complete)
      #expect(standing.nodes.map(\.appliedAt) == ["1970-01-01T00:00:03Z", "1970-01-01T00:00:02Z"])
      #expect(try await redis.send("TTL", PurgeReceipt.key(of: "o1")).integer ?? 0 > 86_000)
      #expect(try await desk.standing(of: "o2") == nil)
    }
  }

  @Test func `an order names something, of what it may name`() throws {
    func order(_ json: String) throws -> PurgeNotice {
      try JSONDocument.decode(PurgeOrder.self, from: Array(json.utf8)).notice(order: "o")
    }
    #expect(
      try order(#"{"tags":["titles","title:7"],"urls":["/a?b=1,2"]}"#)
        == PurgeNotice([.tag("titles"), .tag("title:7"), .url("/a?b=1,2")], order: "o"))
    #expect(
      try order(#"{"prefixes":["/api/v1/titles/","https://films.example/a"]}"#)
        == PurgeNotice([.prefix("/api/v1/titles/"), .prefix("https://films.example/a")], order: "o"))
    #expect(try order(#"{"everything":true,"soft":true}"#) == PurgeNotice([.everything], isSoft: true, order: "o"))
    let tooMany = "[" + Array(repeating: #""x""#, count: 101).joined(separator: ",") + "]"
    for bad in [
      "{}", #"{"tags":[]}"#, #"{"everything":false}"#, #"{"tags":["a,b"]}"#, #"{"urls":["titles"]}"#,
      #"{"prefixes":["titles"]}"#,
      #"{"tags":\#(tooMany)}"#,
    ] {
      #expect(throws: (any Error).self, "\(bad)") { try order(bad) }
    }
  }

  private func withRedis(_ body: @escaping (RedisClient) async throws -> Void) throws {
    let loop = EventLoop()
    let _: Void = try loop.run {
      try await PrivateRedis.run(on: loop) { server in
        let redis = RedisClient(loop: loop, url: try RedisURL(server.url))
        defer { redis.close() }
        try await body(redis)
      }
    }
  }
}
