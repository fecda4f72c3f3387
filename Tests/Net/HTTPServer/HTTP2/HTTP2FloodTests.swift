import HTTP
import HTTPServer
import Loop
import Support
import Testing

@Suite(.serialized) struct `Floods of HTTP/2` {
  @Test func `streams opened and reset at once end the connection after a hundred`() throws {
    try serveFrames { client, _, service in
      for stream in 0..<100 as Range<Int32> { client.send(.get(2 * stream + 1, "/slow"), .reset(2 * stream + 1)) }
      try await client.expectAlive()
      client.send((100..<125 as Range<Int32>).flatMap { [.get(2 * $0 + 1, "/slow"), .reset(2 * $0 + 1)] })
      try await client.expectGoAway(.calm)
      #expect(service.finished.count < 126)
    }
  }

  @Test func `streams that we have to reset count as much`() throws {
    try serveFrames { client, _, _ in
      client.send((0..<130 as Range<Int32>).map { .get(2 * $0 + 1, "/fast", ["Upper": "case"]) })
      try await client.expectGoAway(.calm)
    }
  }

  @Test(arguments: [
    Frame.ping(), .settings(), .priority(1, on: 3), .data(1, "", 0), .windowUpdate(1, 1), .windowUpdate(0, 1),
    .priorityUpdate(1, "u=2"), Frame(type: 0xFA, payload: [1, 2, 3]),
  ])
  func `frames that ask for nothing end the connection after two hundred`(frame: Frame) throws {
    try serveFrames { client, _, _ in
      client.send(.post(1, "/count"))
      client.send([Frame](repeating: frame, count: 190))
      try await client.expectAlive()
      client.send([Frame](repeating: frame, count: 60))
      try await client.expectGoAway(.calm)
    }
  }

  @Test func `window updates for content that we send are no flood`() throws {
    try serveFrames(settings: [1: 0, 4: 1_000]) { client, _, _ in
      client.send(.get(1, "/flood"))
      for round in 1...500 {
        try await client.expect("round \(round)") { $0.count { $0.type == 0 } >= round }
        client.send(.windowUpdate(1, 1_000), .windowUpdate(0, 1_000))
      }
      try await client.expectAlive()
    }
  }

  @Test func `who takes large contents as fast as he can gets half a megabyte in a turn of the loop`() throws {
    try serveFrames(settings: [1: 0, 4: 1 << 30]) { client, _, _ in
      try await client.expectAlive()
      var (arrived, before, most) = (0, 0, 0)
      client.socket.onRead = { arrived += $0.count }
      let hook = client.loop.beforePoll {
        most = max(most, arrived - before)
        before = arrived
      }
      client.send(.windowUpdate(0, 1 << 30), .get(1, "/large"), .get(3, "/large"))
      try await eventually("all is there", on: client.loop) { arrived > 2 * TestService.large.count }
      hook.cancel()
      // What one turn sends may arrive with what the next one does.
      #expect(most > 0 && most < 1_200_000)
    }
  }

  @Test func `a section without an end ends the connection`() throws {
    try serveFrames { client, _, _ in
      let section = Frame.section(["a": String(repeating: "x", count: 16_000)])
      client.send(.headers(1, Frame.section("GET", "/fast"), 1))
      client.send([Frame](repeating: .continuation(1, section, 0), count: 5))
      try await client.expectGoAway(.calm)
    }
  }

  @Test func `many small pieces of a section end the connection`() throws {
    try serveFrames { client, _, _ in
      client.send(.headers(1, Frame.section("GET", "/fast"), 1))
      client.send([Frame](repeating: .continuation(1, [], 0), count: 250))
      try await client.expect("GOAWAY") { _ in client.goAway != nil }
    }
  }

  @Test func `a head that is too large is told so, one that grows out of all proportion ends the connection`() throws {
    try serveFrames { client, _, _ in
      let large = Frame.section(
        "GET", "/fast", ["a": String(repeating: "x", count: 15_900), "b": "12345678901234567890"])
      client.send(.headers(1, Array(large.prefix(16_000)), 1), .continuation(1, Array(large.dropFirst(16_000))))
      try await client.expectStatus(200, on: 1)
      let more = Frame.section(["c": String(repeating: "x", count: 500)])
      client.send(.headers(3, Array(large.prefix(16_000)), 1), .continuation(3, large.dropFirst(16_000) + more))
      try await client.expectStatus(431, on: 3)
      client.send(.get(5, "/" + String(repeating: "p", count: 9_000)))
      try await client.expectStatus(414, on: 5)
      // One field of 4 000 bytes in the table, and then a byte for each time it is meant.
      let bomb = [0x40, 1, 0x61, 0x7F, 0xA1, 0x1E] + [UInt8](repeating: 0x78, count: 4_000)
      client.send(.headers(7, Frame.section("GET", "/fast") + bomb + [UInt8](repeating: 0xBE, count: 1_000)))
      try await client.expectGoAway(.calm)
    }
  }

  @Test func `sections and contents that take too long end, the first with the connection`() throws {
    var limits = Limits()
    (limits.headTimeout, limits.contentTimeout) = (.milliseconds(600), .milliseconds(50))
    try serveFrames(limits) { client, server, service in
      client.send(.post(1, "/echo"), .data(1, "ab", 0))
      try await client.expectStatus(408, on: 1)
      client.send(.headers(3, Array(Frame.section("GET", "/fast").prefix(9)), 1))
      try await client.expectGoAway(.calm)
      let silent = try await FrameClient(to: server.port, on: client.loop)
      silent.socket.write(FrameClient.preface)
      try await silent.expectGoAway(.calm)
      silent.socket.close()
      #expect(service.finished.first?.hasPrefix("/echo 408") == true)
    }
  }

  @Test func `a connection that nobody needs is ended`() throws {
    var limits = Limits()
    limits.idleTimeout = .milliseconds(50)
    try serveFrames(limits) { client, _, _ in
      client.send(.get(1))
      try await client.expectStatus(200, on: 1)
      try await client.expectGoAway([0])
    }
  }

  @Test func `a client that gives no room loses the stream, and was fed no more than its window`() throws {
    var limits = Limits()
    limits.writeTimeout = .milliseconds(600)
    try serveFrames(limits) { client, _, service in
      client.send(.get(1, "/flood"), .get(3, "/flood"))
      try await client.expect("both streams' ends") { _ in client.reset(of: 1) == 8 && client.reset(of: 3) == 8 }
      #expect(client.contentSize == 65_535)
      #expect(service.floodedPieces < 10)
      try await eventually("both are told", on: client.loop) { service.finished.count == 2 }
      try await client.expectAlive()
    }
  }

  @Test func `a client that stops reading is dropped`() throws {
    var limits = Limits()
    limits.writeTimeout = .milliseconds(600)
    try serveFrames(limits) { client, server, service in
      let reader = try await FrameClient(to: server.port, on: client.loop, reading: false)
      reader.greet([1: 0, 4: (1 << 31) - 1])
      reader.send(.windowUpdate(0, 1 << 30), .get(1, "/flood"))
      try await eventually("the answer is given up", on: client.loop) { service.finished.count == 1 }
      #expect(service.floodedPieces < 200)
      reader.socket.close()
    }
  }
}
