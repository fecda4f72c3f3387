import Loop
@testable import Redis
import Support
import Testing

/// Against a real redis-server.
@Suite struct `A stream's follower` {
  @Test func `it starts where it is told and hands on what comes, of several streams`() throws {
    try withRedis { house in
      try await house.write("a", "old")
      let first = try await house.write("b", "first")
      try await house.write("b", "second")
      let follower = try house.follow([("a", .newest), ("b", .after(try #require(StreamID(first))))])
      defer { follower.close() }
      try await house.expect("b:second", "up to date")
      try await house.write("a", "new")
      try await house.expect("b:second", "up to date", "a:new")
    }
  }

  @Test func `a stream that does not exist yet is followed from its first entry`() throws {
    try withRedis { house in
      let follower = try house.follow([("a", .newest)])
      defer { follower.close() }
      try await house.expect("up to date")
      try await house.write("a", "first")
      try await house.expect("up to date", "a:first")
    }
  }

  @Test func `after its connection was killed it goes on from the last entry, and misses none`() throws {
    try withRedis { house in
      let relay = try Relay(to: .unix(path: house.server.socket), on: house.loop)
      defer { relay.close() }
      let follower = try house.follow([("a", .newest)], through: "redis://127.0.0.1:\(relay.port)")
      defer { follower.close() }
      try await house.expect("up to date")
      try await house.write("a", "one")
      try await house.expect("up to date", "a:one")

      relay.losesNextReply = true
      try await house.write("a", "two")
      try await house.expect("up to date", "a:one", "away", "a:two", "up to date")
    }
  }

  @Test func `what was written while Redis was away from us is read once it is back`() throws {
    try withRedis { house in
      let relay = try Relay(to: .unix(path: house.server.socket), on: house.loop)
      defer { relay.close() }
      let follower = try house.follow([("a", .newest)], through: "redis://127.0.0.1:\(relay.port)")
      defer { follower.close() }
      try await house.expect("up to date")
      try await house.write("a", "one")
      try await house.expect("up to date", "a:one")
      await house.server.kill()
      try await house.expect("up to date", "a:one", "away")
      // Redis is back, and written to, before it is back for the follower.
      relay.isCut = true
      try await house.server.start()
      try await house.write("a", "two")
      relay.isCut = false
      try await house.expect("up to date", "a:one", "away", "a:two", "up to date")
    }
  }

  @Test func `a stream that was trimmed past the last entry seen has lost some, and goes on with what is new`() throws {
    try withRedis { house in
      let first = try await house.write("a", "one")
      for text in ["two", "three", "four"] { try await house.write("a", text) }
      try await house.redis.send("XTRIM", "a", "MAXLEN", 1)
      let follower = try house.follow([("a", .after(try #require(StreamID(first))))])
      defer { follower.close() }
      try await house.expect("missed a", "up to date")
      try await house.write("a", "five")
      try await house.expect("missed a", "up to date", "a:five")
    }
  }

  @Test func `a stream that Redis has lost is missed`() throws {
    try withRedis { house in
      let follower = try house.follow([("a", .newest)])
      defer { follower.close() }
      try await house.expect("up to date")
      try await house.write("a", "one")
      try await house.expect("up to date", "a:one")
      try await house.redis.send("DEL", "a")
      try await house.redis.send("CLIENT", "KILL", "SKIPME", "yes", "TYPE", "normal")
      try await house.expect("up to date", "a:one", "away", "missed a", "up to date")
      try await house.write("a", "two")
      try await house.eventually("a:two") { $0.last == "a:two" }
    }
  }
}

@Suite struct `A stream's extent` {
  private let id = StreamID(milliseconds: 5, sequence: 0)
  private let earlier = StreamID(milliseconds: 4, sequence: 7)
  private let later = StreamID(milliseconds: 5, sequence: 1)

  @Test func `an id that is still there has everything after it`() {
    #expect(StreamExtent(first: earlier, last: later, isWhole: false).holdsEverything(after: id))
    #expect(StreamExtent(first: id, last: later, isWhole: false).holdsEverything(after: id))
    #expect(StreamExtent(first: nil, last: id, isWhole: false).holdsEverything(after: id))
  }

  @Test func `an id that was trimmed, or that the stream has never reached, has not`() {
    #expect(!StreamExtent(first: later, last: later, isWhole: false).holdsEverything(after: id))
    #expect(!StreamExtent(first: earlier, last: earlier, isWhole: true).holdsEverything(after: id))
    #expect(!StreamExtent().holdsEverything(after: id))
    #expect(!StreamExtent(first: later, last: later, isWhole: true).holdsEverything(after: id))
  }

  @Test func `before the first entry everything follows, unless some was trimmed`() {
    #expect(StreamExtent().holdsEverything(after: .zero))
    #expect(StreamExtent(first: id, last: later, isWhole: true).holdsEverything(after: .zero))
    #expect(!StreamExtent(first: id, last: later, isWhole: false).holdsEverything(after: .zero))
  }

  @Test func `an id is two numbers`() {
    #expect(StreamID("5-1") == later && later.description == "5-1")
    for bad in ["", "5", "5-", "-1", "5-1-2", "x-1"] { #expect(StreamID(bad) == nil, "\(bad)") }
  }
}

/// A Redis, a client that writes, and what a follower has told.
private final class House {
  let loop: EventLoop
  let server: PrivateRedis
  let redis: RedisClient
  private(set) var heard: [String] = []

  init(_ loop: EventLoop, _ server: PrivateRedis) throws {
    self.loop = loop
    self.server = server
    redis = RedisClient(loop: loop, url: try RedisURL(server.url))
  }

  func follow(
    _ streams: [(name: String, start: StreamFollower.Start)], through url: String? = nil
  ) throws -> StreamFollower {
    StreamFollower(on: loop, url: try RedisURL(url ?? server.url), streams: streams) { [unowned self] event in
      switch event {
      case .entry(let entry, let stream): heard.append("\(stream):\(text(entry))")
      case .missed(let stream): heard.append("missed \(stream)")
      case .upToDate: heard.append("up to date")
      case .stillUpToDate: break
      case .away: heard.append("away")
      }
    }
  }

  @discardableResult
  func write(_ stream: String, _ text: String) async throws -> String {
    var id = ""
    try await Support.eventually("\(text) is written", on: loop) {
      guard let reply = try? await redis.append(to: stream, keeping: 1000, [("text", Array(text.utf8))]) else {
        return false
      }
      id = reply
      return true
    }
    return id
  }

  func expect(_ events: String...) async throws {
    try await eventually("\(events) in \(heard)") { $0 == events }
  }

  func eventually(_ what: String, _ condition: ([String]) -> Bool) async throws {
    try await Support.eventually(what, on: loop) { condition(heard) }
  }

  private func text(_ entry: StreamEntry) -> String { String(decoding: entry.first("text") ?? [], as: UTF8.self) }
}

private func withRedis(_ body: @escaping (House) async throws -> Void) throws {
  let loop = EventLoop()
  try loop.run {
    try await PrivateRedis.run(on: loop) { server in
      let house = try House(loop, server)
      defer { house.redis.close() }
      try await body(house)
    }
  }
  #expect(loop.handlesLeftOpen == 0)
}
