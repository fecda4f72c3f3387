import Loop
@testable import OriginServer
import Publication
import Redis
import Support
import Testing

@Suite struct `Messages to the edges` {
  @Test func `a purge reaches the stream though its connection is lost`() throws {
    let loop = EventLoop()
    let _: Void = try loop.run {
      try await PrivateRedis.run(on: loop) { server in
        let relay = try Relay(to: .unix(path: server.socket), on: loop)
        defer { relay.close() }
        let redis = RedisClient(loop: loop, url: try RedisURL("redis://127.0.0.1:\(relay.port)"))
        defer { redis.close() }
        try await redis.send("PING")
        relay.losesReplyTo = "XADD"
        await EdgeMessages(redis).purge(["titles", "title:7"])
        #expect(relay.repliesLost == 1)
        let entries = try await redis.read(PurgeNotice.stream, after: "0", patience: .milliseconds(10))
        #expect(entries.last.map { PurgeNotice($0.fields) } == PurgeNotice([.tag("titles"), .tag("title:7")]))
        #expect(entries.count == 2)
      }
    }
  }
}
