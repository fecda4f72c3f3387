import HTTP
import Loop
import Redis
import Support
import Testing

@testable import HTTPServer

/// Answers without a task, which come when Redis says something, or dies.
@Suite struct `A promised answer` {
  @Test func `comes when it is there, and what was pipelined behind it comes after it`() throws {
    try serve { house in
      let client = try await house.client()
      house.redis.freeze()
      client.send(house.ask + house.now + house.ask)
      try await house.asked(1)
      #expect(client.received == "")
      house.redis.thaw()
      try await client.expect("asked 2")
      #expect(client.statuses == ["200", "200", "200"])
      let places = ["asked 1", "at once", "asked 2"].map { client.received.firstRange(of: $0)?.lowerBound }
      #expect(places.compactMap(\.self) == places.compactMap(\.self).sorted() && !places.contains(nil))
      client.socket.close()
    }
  }

  @Test func `that is there before its promise is made keeps the order too`() throws {
    try serve { house in
      let client = try await house.client()
      house.line.close()
      client.send(house.ask + house.now + house.ask)
      try await house.kept(2)
      try await client.expect("at once")
      try await eventually("all three", on: house.loop) { client.statuses == ["503", "200", "503"] }
      client.socket.close()
    }
  }

  @Test func `whose client has left is given up, and told of once`() throws {
    try serve { house in
      // With an answer unread its end is a reset: nobody is there any more.
      let client = try await RawClient(to: house.server.port, on: house.loop, reading: false)
      house.redis.freeze()
      client.send(house.now + house.ask)
      try await house.asked(1)
      client.socket.close()
      try await eventually("it is seen to leave", on: house.loop) { house.server.connectionCount == 0 }
      house.redis.thaw()
      try await house.kept(1)
      #expect(house.service.finished == ["/now 200 7", "/ask 200 0"])
      let next = try await house.client()
      next.send(house.ask)
      try await next.expect("asked 2")
      next.socket.close()
    }
  }

  @Test func `is given to a client that has only said that it sends no more`() throws {
    try serve { house in
      let client = try await house.client()
      house.redis.freeze()
      client.send(house.ask)
      try await house.asked(1)
      client.socket.shutdown()
      house.redis.thaw()
      try await client.expect("asked 1")
      try await client.expectEnd()
      #expect(house.service.finished == ["/ask 200 7"])
      client.socket.close()
    }
  }

  @Test func `that Redis takes with it is a refusal, and the client's connection goes on`() throws {
    try serve { house in
      let client = try await house.client()
      house.redis.freeze()
      client.send(house.ask)
      try await house.asked(1)
      await house.redis.kill()
      try await client.expect("HTTP/1.1 503")
      client.send(house.now)
      try await client.expect("at once")
      try await house.redis.start()
      try await eventually("Redis answers again on the same connection", on: house.loop) {
        let answers = client.statuses.count
        client.send(house.ask)
        try? await eventually("an answer", on: house.loop) { client.statuses.count > answers }
        return client.received.contains("asked 1")
      }
      #expect(!client.hasEnded)
      client.socket.close()
    }
  }

  @Test func `is waited for by a server that drains, and is its connection's last`() throws {
    try serve { house in
      let client = try await house.client()
      house.redis.freeze()
      client.send(house.ask)
      try await house.asked(1)
      var isDrained = false
      house.loop.start {
        await house.server.drain(deadline: .seconds(10))
        isDrained = true
      }
      try await eventually("nobody new is let in", on: house.loop) { house.server.port == nil }
      #expect(!isDrained && house.server.connectionCount == 1)
      house.redis.thaw()
      try await client.expect("asked 1")
      try await client.expectEnd()
      #expect(client.received.contains("connection: close"))
      client.socket.close()
      try await eventually("all are gone", on: house.loop) { isDrained }
    }
  }

  @Test func `on a stream that was reset goes nowhere, and its neighbours come`() throws {
    try serve { house in
      let client = try await FrameClient(to: house.server.port, on: house.loop)
      client.greet()
      house.redis.freeze()
      client.send(.get(1, "/ask"), .get(3, "/ask"))
      try await house.asked(2)
      client.send(.reset(1))
      try await client.expectAlive()
      house.redis.thaw()
      try await client.expectEnd(of: 3)
      try await house.kept(2)
      try await client.expectAlive()
      #expect(client.statuses(on: 1) == [] && client.statuses(on: 3) == [200] && client.content(of: 3) == "asked 2")
      #expect(house.service.finished.count == 2)
      client.socket.close()
    }
  }
}

/// A server that asks a Redis of the test's own.
private struct House {
  let loop: EventLoop
  let redis: PrivateRedis
  /// The server's to Redis.
  let line: RedisClient
  let service: AskingService
  let server: Server

  let ask = "GET /ask HTTP/1.1\r\nHost: h\r\n\r\n"
  let now = "GET /now HTTP/1.1\r\nHost: h\r\n\r\n"

  func client() async throws -> RawClient { try await RawClient(to: server.port, on: loop) }

  /// Once the question is on its way: it is sent at the end of the loop's turn.
  func asked(_ count: Int) async throws {
    try await eventually("\(count) questions", on: loop) { service.asked >= count }
    await loop.sleep(for: .zero)
  }

  func kept(_ count: Int) async throws {
    try await eventually("\(count) promises are kept", on: loop) { service.kept >= count }
  }
}

private func serve(_ body: @escaping (House) async throws -> Void) throws {
  try Stage.run { stage in
    let redis = try await stage.redis()
    let line = RedisClient(loop: stage.loop, url: try RedisURL(redis.url))
    stage.atEnd { line.close() }
    let service = AskingService(line)
    let server = try Server(on: .tcp(host: "127.0.0.1", port: 0), loop: stage.loop, service: service)
    stage.atEnd { await server.drain(deadline: .zero) }
    // Teaches Redis the script.
    let first = try await RawClient(to: server.port, on: stage.loop)
    first.send("GET /ask HTTP/1.1\r\nHost: h\r\n\r\n")
    try await first.expect("asked 1")
    first.socket.close()
    try await eventually("it is gone", on: stage.loop) { server.connectionCount == 0 }
    try await line.send("DEL", "asked")
    service.forget()
    try await body(House(loop: stage.loop, redis: redis, line: line, service: service, server: server))
  }
}

/// Asks Redis how often it was asked.
private final class AskingService: Service {
  private static let question = RedisScript("return redis.call('INCR', KEYS[1])")
  private let redis: RedisClient
  private(set) var asked = 0
  private(set) var kept = 0
  private(set) var finished: [String] = []

  init(_ redis: RedisClient) { self.redis = redis }

  func forget() { (asked, kept, finished) = (0, 0, []) }

  func dispatch(_ request: Request) -> Dispatch {
    guard request.path.text == "/ask" else { return .respond(.text(.ok, "at once")) }
    return .buffered(limit: 0) { request in
      .promised { [self] answer in
        asked += 1
        redis.run(ScriptCall(Self.question, keys: ["asked"])) { [self] outcome in
          switch outcome {
          case .success(let count): answer(.text(.ok, "asked \(count.text ?? "")"))
          case .failure: answer(Problem(.serviceUnavailable).response(instance: request.id))
          }
          kept += 1
        }
      }
    }
  }

  func finished(_ request: Request, status: Status, bytes: Int, duration: Duration) {
    finished.append("\(request.path.text) \(status.code) \(bytes)")
  }
}
