import HTTP
import HTTPServer
import Loop
import Support
import Testing

/// Many connections, or many streams, that are held and not used.
@Suite(.serialized) struct `Floods of HTTP/2 that wait` {
  private func connect(
    _ count: Int, to server: Server, on loop: EventLoop, settings: KeyValuePairs<UInt16, UInt32> = [1: 0],
    sending frames: [Frame] = []
  ) async throws -> [FrameClient] {
    var clients: [FrameClient] = []
    for _ in 0..<count {
      let client = try await FrameClient(to: server.port, on: loop)
      client.greet(settings)
      client.send(frames)
      clients.append(client)
    }
    return clients
  }

  @Test func `connections that settle and say nothing are ended in time, and hold little memory`() throws {
    let many = 800
    try #require(OpenFiles.raiseLimit() > 2 * many + 200)
    var limits = Limits()
    limits.idleTimeout = .seconds(3)
    try serveFrames(limits) { client, server, _ in
      let before = residentBytes()
      let idle = try await connect(many, to: server, on: client.loop)
      try await eventually("our settings", on: client.loop) { idle.allSatisfy { $0.frames.count > 1 } }
      client.send(.get(1))
      try await client.expectStatus(200, on: 1)
      // Both ends of each, and what other suites take meanwhile.
      let each = (residentBytes() - before) / many
      #expect(each < 128 * 1024, "\(each) bytes a connection")
      try await eventually("all are ended", on: client.loop) { idle.allSatisfy { $0.goAway == 0 && $0.hasEnded } }
      for client in idle { client.socket.close() }
    }
  }

  @Test func `streams opened to the limit and left are told 408 in time, and hold little memory`() throws {
    var limits = Limits()
    limits.contentTimeout = .seconds(2)
    try serveFrames(limits) { client, server, _ in
      let streams = (0..<100 as Range<Int32>).map { 2 * $0 + 1 }
      let before = residentBytes()
      let idle = try await connect(
        10, to: server, on: client.loop, sending: streams.map { .post($0, $0 % 4 == 1 ? "/echo" : "/count") })
      client.send(.get(1))
      try await client.expectStatus(200, on: 1)
      for client in idle { try await client.expectAlive() }
      let each = (residentBytes() - before) / 1_000
      #expect(each < 64 * 1024, "\(each) bytes a stream")
      for client in idle {
        try await client.expect("all are told") { _ in streams.allSatisfy { client.statuses(on: $0) == [408] } }
        try await client.expectAlive()
        client.socket.close()
      }
    }
  }

  @Test(arguments: [0, 1] as [UInt32])
  func `readers without a window, or with one of a byte, hold little memory and lose their streams`(
    window: UInt32
  ) throws {
    var limits = Limits()
    limits.writeTimeout = .seconds(1)
    try serveFrames(limits) { client, server, service in
      let streams = (0..<40 as Range<Int32>).map { 2 * $0 + 1 }
      let readers = try await connect(
        10, to: server, on: client.loop, settings: [1: 0, 4: window], sending: streams.map { .get($0, "/flood") })
      for reader in readers {
        try await reader.expect("all heads") { _ in streams.allSatisfy { reader.statuses(on: $0) == [200] } }
        try await reader.expectAlive()
      }
      client.send(.get(1))
      try await client.expectStatus(200, on: 1)
      // A mebibyte for each connection, in pieces of 64 kibibytes, and none where nothing may be sent.
      #expect(service.floodedPieces <= (window == 0 ? 0 : 10 * 17), "\(service.floodedPieces)")
      for reader in readers {
        try await reader.expect("all are reset") { _ in streams.allSatisfy { reader.reset(of: $0) == 8 } }
        #expect(reader.contentSize <= streams.count * Int(window))
        reader.socket.close()
      }
    }
  }

  @Test func `a reader that takes a byte now and then loses the stream: it buys time by how much it takes`() throws {
    var limits = Limits()
    limits.writeTimeout = .milliseconds(600)
    try serveFrames(limits, settings: [1: 0, 4: 0]) { client, _, _ in
      client.send(.get(1, "/flood"))
      for _ in 0..<100 where client.reset(of: 1) == nil {
        client.send(.windowUpdate(1, 1))
        await client.loop.sleep(for: .milliseconds(50))
      }
      #expect(client.reset(of: 1) == 8 && client.content(of: 1).utf8.count > 3)
      try await client.expectAlive()
    }
  }

  @Test func `a reader that asks for a byte at a time loses the connection: each costs a frame`() throws {
    try serveFrames(settings: [1: 0, 4: 1]) { client, _, _ in
      client.send(.get(1, "/flood"))
      for _ in 0..<250 where client.goAway == nil {
        let before = client.contentSize
        client.send(.windowUpdate(1, 1))
        try await client.expect("a byte") { _ in client.contentSize > before || client.goAway != nil }
      }
      try await client.expectGoAway(.calm)
    }
  }

  @Test func `whoever waits behind another stream keeps its own, however long that is read`() throws {
    var limits = Limits()
    limits.writeTimeout = .milliseconds(600)
    try serveFrames(limits, settings: [1: 0, 4: 1 << 30]) { client, _, _ in
      // The connection's window is full whenever somebody looks, and the first stream's content fills it.
      client.send(.get(1, "/flood"), .get(3, "/flood"))
      let end = client.loop.exactNow + .seconds(2)
      var taken = 0
      while client.loop.exactNow < end {
        try await client.expect("more") { _ in client.contentSize >= taken + 65_535 }
        taken += 65_535
        await client.loop.sleep(for: .milliseconds(20))
        client.send(.windowUpdate(0, 65_535))
      }
      #expect(client.reset(of: 1) == nil && client.reset(of: 3) == nil)
      try await client.expectAlive()
    }
  }
}
