import FoundationEssentials
import HTTPServer
import Loop
import Support
import Testing

/// Clients by the thousand that want nothing but our time: real sockets, as many as a test may open in a second.
@Suite(.serialized) struct `A flood` {
  private let many = 2_000
  private let get = "GET /fast HTTP/1.1\r\nHost: h\r\n\r\n"

  private func serve(_ limits: Limits, _ body: @escaping (EventLoop, Server) async throws -> Void) throws {
    // Two for each connection: both of its ends are ours.
    try #require(OpenFiles.raiseLimit() > 2 * many + 200)
    let loop = EventLoop()
    let _: Void = try loop.run {
      let server = try Server(
        on: .tcp(host: "127.0.0.1", port: 0), loop: loop, limits: limits, service: TestService(loop))
      let outcome: Result<Void, any Error>
      do { outcome = .success(try await body(loop, server)) } catch { outcome = .failure(error) }
      await server.drain(deadline: .zero)
      try outcome.get()
    }
  }

  private func clients(_ server: Server, on loop: EventLoop, sending text: String) async throws -> [RawClient] {
    var clients: [RawClient] = []
    for _ in 0..<many {
      clients.append(try await RawClient(to: server.port, on: loop))
      clients[clients.count - 1].send(text)
    }
    return clients
  }

  /// A client like any other, while the flood is there; how long its answer took.
  private func wellBehaved(_ server: Server, on loop: EventLoop) async throws -> Duration {
    let client = try await RawClient(to: server.port, on: loop)
    defer { client.socket.close() }
    let start = loop.exactNow
    client.send(get)
    try await client.expect("fast")
    return loop.exactNow - start
  }

  @Test func `of clients who do not read costs no copy of what they do not take, and who reads gets all`() throws {
    try serve(Limits()) { loop, server in
      var readers: [RawClient] = []
      for _ in 0..<20 { readers.append(try await RawClient(to: server.port, on: loop, reading: false)) }
      let before = residentBytes()
      for reader in readers { reader.send("GET /large HTTP/1.1\r\nHost: h\r\n\r\n") }
      readers[0].socket.startReading()
      try await eventually("the whole answer", on: loop) { readers[0].received.utf8.count > TestService.large.count }
      #expect(readers[0].received.utf8.suffix(TestService.large.count).elementsEqual(TestService.large))
      // What one has read is here as well; copies for all would be twenty times the content.
      #expect(residentBytes() - before < 8 * TestService.large.count)
      for reader in readers { reader.socket.close() }
    }
  }

  @Test(arguments: ["GET /fast HTTP/1.1\r\nHost: h\r\n", "POST /echo HTTP/1.1\r\nHost: h\r\nContent-Length: 9\r\n\r\n"])
  func `of heads or contents that never end is let go with 408, others are served meanwhile`(_ start: String) throws {
    var limits = Limits()
    limits.headTimeout = .seconds(3)
    limits.contentTimeout = .seconds(3)
    try serve(limits) { loop, server in
      let before = residentBytes()
      let slow = try await clients(server, on: loop, sending: start)
      try await eventually("all are in", on: loop) { server.connectionCount == many }
      #expect(try await wellBehaved(server, on: loop) < .milliseconds(500))
      // Both ends of each, the client's included.
      #expect(residentBytes() - before < many * 16 * 1024)
      try await eventually("all are let go", on: loop) { slow.allSatisfy(\.hasEnded) }
      #expect(slow.allSatisfy { $0.statuses == ["408"] })
      for client in slow { client.socket.close() }
    }
  }

  @Test func `of readers that do not read holds a window each, and is dropped with all that it left`() throws {
    var limits = Limits()
    limits.writeTimeout = .seconds(2)
    limits.streamWindow = 16 * 1024
    try serve(limits) { loop, server in
      var readers: [RawClient] = []
      for _ in 0..<20 {
        readers.append(try await RawClient(to: server.port, on: loop, reading: false))
        readers[readers.count - 1].send("GET /flood HTTP/1.1\r\nHost: h\r\n\r\n")
      }
      #expect(try await wellBehaved(server, on: loop) < .seconds(1))
      try await eventually("all are dropped", on: loop) { server.connectionCount == 0 }
      for reader in readers {
        reader.socket.onRead = { _ in }
        reader.socket.startReading()
      }
      try await eventually("all are reset", on: loop) { readers.allSatisfy(\.wasReset) }
    }
  }

  @Test func `of connections beyond the limit is closed at once, and those within it go on`() throws {
    var limits = Limits()
    limits.connections = 100
    try serve(limits) { loop, server in
      let first = try await RawClient(to: server.port, on: loop)
      first.send(get)
      try await first.expect("fast")
      let rest = try await clients(server, on: loop, sending: get)
      try await eventually("those beyond it are closed", on: loop) { rest.count(where: \.hasEnded) == many - 99 }
      #expect(server.connectionCount == 100 && server.refusedConnections == UInt64(many - 99))
      first.send(get)
      try await eventually("a second answer", on: loop) { first.statuses == ["200", "200"] }
      for client in rest + [first] { client.socket.close() }
    }
  }

  @Test func `of requests in one pipeline is answered as its client reads, from bounded memory`() throws {
    try serve(Limits()) { loop, server in
      let client = try await RawClient(to: server.port, on: loop, reading: false)
      let before = residentBytes()
      let requests = 20_000
      client.send(String(repeating: get, count: requests))
      await loop.sleep(for: .milliseconds(300))
      #expect(residentBytes() - before < 16 * 1024 * 1024)
      client.socket.startReading()
      try await eventually("all answers", on: loop, within: .seconds(30)) {
        client.received.utf8.count > requests * 400
      }
      client.socket.close()
    }
  }
}

/// Others' turns, in the order of the server's own book: no clock decides.
@Suite struct `In a flood, one turn of the loop` {
  private let get = "GET /fast HTTP/1.1\r\nHost: h\r\n\r\n"

  private func serve(_ body: @escaping (EventLoop, Server, TestService) async throws -> Void) throws {
    let loop = EventLoop()
    let _: Void = try loop.run {
      let service = TestService(loop)
      let server = try Server(on: .tcp(host: "127.0.0.1", port: 0), loop: loop, service: service)
      let outcome: Result<Void, any Error>
      do { outcome = .success(try await body(loop, server, service)) } catch { outcome = .failure(error) }
      await server.drain(deadline: .zero)
      try outcome.get()
    }
    #expect(loop.handlesLeftOpen == 0)
  }

  @Test(arguments: ["/fast", "/unhurried"])
  func `answers a few requests of each pipeline, and all in the end`(path: String) throws {
    try serve { loop, server, service in
      let pipelines = try await [RawClient(to: server.port, on: loop), RawClient(to: server.port, on: loop)]
      var (before, most) = (0, 0)
      let hook = loop.beforePoll {
        most = max(most, service.finished.count - before)
        before = service.finished.count
      }
      let requests = String(repeating: "GET \(path) HTTP/1.1\r\nHost: h\r\n\r\n", count: 200)
      for pipeline in pipelines { pipeline.send(requests) }
      try await eventually("all are answered", on: loop) { service.finished.count == 400 }
      try await eventually("all arrive", on: loop) { pipelines.allSatisfy { $0.statuses.count == 200 } }
      hook.cancel()
      #expect(most > 1 && most <= 2 * 8)
    }
  }

  @Test func `answers a pipeline whose client has nothing more to say, and one that a drain finds waiting`() throws {
    try serve { loop, server, service in
      let ended = try await RawClient(to: server.port, on: loop)
      ended.send(String(repeating: get, count: 100))
      ended.socket.shutdown()
      try await eventually("all answers", on: loop) { ended.statuses.count == 100 && ended.hasEnded }
      let waiting = try await RawClient(to: server.port, on: loop)
      waiting.send(String(repeating: get, count: 20_000))
      try await eventually("the first answers", on: loop) { service.finished.count > 100 }
      await server.drain(deadline: .seconds(5))
      try await waiting.expectEnd()
      #expect(waiting.count(of: "connection: close") == 1 && waiting.statuses.count < 20_000)
    }
  }

  @Test func `accepts a few of those who connect`() throws {
    try serve { loop, server, _ in
      var (before, most) = (0, 0)
      let hook = loop.beforePoll {
        most = max(most, server.connectionCount - before)
        before = server.connectionCount
      }
      // All of them are the kernel's before the turn ends in which they begin.
      var clients: [RawClient?] = []
      for _ in 0..<200 { loop.start { clients.append(try? await RawClient(to: server.port, on: loop)) } }
      try await eventually("all are in", on: loop) { server.connectionCount == 200 && clients.count == 200 }
      hook.cancel()
      #expect(most > 1 && most <= 32)
    }
  }

  @Test func `sends a few pieces of large contents`() throws {
    try serve { loop, server, _ in
      var readers: [RawClient] = []
      for _ in 0..<20 { readers.append(try await RawClient(to: server.port, on: loop)) }
      try await eventually("all are in", on: loop) { server.connectionCount == 20 }
      var (arrived, before, most) = (0, 0, 0)
      let hook = loop.beforePoll {
        most = max(most, arrived - before)
        before = arrived
      }
      for reader in readers {
        reader.socket.onRead = { arrived += $0.count }
        reader.send("GET /large HTTP/1.1\r\nHost: h\r\n\r\n")
      }
      try await eventually("all arrive", on: loop, within: .seconds(30)) { arrived > 20 * TestService.large.count }
      hook.cancel()
      // Of 64 KB each; what one turn sends arrives in the next ones.
      #expect(most > 0 && most <= 2 * 8 * 64 * 1024)
    }
  }
}

/// What this process has of the machine's memory.
func residentBytes() -> Int {
  let text = FileManager.default.contents(atPath: "/proc/self/statm").map { String(decoding: $0, as: UTF8.self) }
  return (text?.split(separator: " ").dropFirst().first.flatMap { Int($0) } ?? 0) * 4_096
}
