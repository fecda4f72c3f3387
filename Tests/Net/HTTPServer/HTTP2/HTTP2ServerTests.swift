import HTTP
import HTTPServer
import Loop
import Support
import Testing

@Suite(.serialized) struct `A server over HTTP/2` {
  @Test func `requests are answered side by side, the slow one last`() throws {
    try serveFrames { client, _, service in
      client.send(.get(1, "/slow"), .get(3), .get(5, "/none"), .get(7, "/pieces"))
      for stream in [1, 3, 5, 7] as [Int32] { try await client.expectEnd(of: stream) }
      #expect(client.statuses(on: 1) == [200] && client.statuses(on: 5) == [404])
      #expect(client.content(of: 3) == "fast" && client.content(of: 7) == "onetwo")
      #expect(Set(service.finished.dropLast().map { $0.prefix(9) }) == ["/fast 200", "/none 404", "/pieces 2"])
      #expect(service.finished.last == "/slow 200 4")
    }
  }

  @Test func `HEAD, 304 and what has no content end with their head`() throws {
    try serveFrames { client, _, _ in
      client.send(.headers(1, Frame.section("HEAD", "/fast")), .get(3, "/gone"))
      for stream in [1, 3] as [Int32] { try await client.expectEnd(of: stream) }
      #expect(client.statuses(on: 1) == [200] && client.statuses(on: 3) == [304])
      #expect(!client.frames.contains { $0.type == 0 })
    }
  }

  @Test func `content arrives whole for those who want it whole, up to their limit`() throws {
    try serveFrames { client, _, _ in
      client.send(.post(1, "/echo"), .data(1, "hel", 0), .data(1, "lo"))
      try await client.expectEnd(of: 1)
      #expect(client.content(of: 1) == "hello")
      client.send(.post(3, "/echo", ["content-length": "1001"]), .post(5, "/echo"))
      client.send(.data(5, String(repeating: "x", count: 1_001), 0))
      try await client.expectStatus(413, on: 3)
      try await client.expectStatus(413, on: 5)
      // What is still on its way need not come: NO_ERROR.
      try await client.expect("a reset") { _ in client.reset(of: 3) == 0 && client.reset(of: 5) == 0 }
      try await client.expectAlive()
    }
  }

  @Test func `uploads stream to their handler, who opens the window as it takes them`() throws {
    try serveFrames { client, _, _ in
      client.send(.post(1, "/count"))
      // More than the stream's window of 256 KB: it must be opened on the way.
      for _ in 0..<40 {
        client.send(.data(1, String(repeating: "x", count: 16_000), 0))
        try await client.expectAlive()
      }
      client.send(.data(1, ""))
      try await client.expectEnd(of: 1)
      #expect(client.content(of: 1) == "counted 640000")
      #expect(client.frames.contains { $0.type == 8 && $0.stream == 1 })
    }
  }

  @Test func `nobody's window opens while the handler takes nothing`() throws {
    try serveFrames { client, _, _ in
      client.send(.post(1, "/hold"))
      for _ in 0..<16 { client.send(.data(1, String(repeating: "x", count: 16_000), 0)) }
      try await client.expectAlive()
      #expect(!client.frames.contains { $0.type == 8 && $0.stream == 1 })
      client.send(.data(1, String(repeating: "x", count: 16_000), 0))
      try await client.expect("the end of what ignores the window") { _ in
        client.reset(of: 1) == 3 || client.goAway == 3
      }
    }
  }

  @Test func `100 Continue is sent when the content is wanted, and not when it is refused`() throws {
    try serveFrames { client, _, _ in
      client.send(.post(1, "/count", ["expect": "100-continue"]))
      try await client.expectStatus(100, on: 1)
      client.send(.data(1, "ok"))
      try await client.expectEnd(of: 1)
      #expect(client.statuses(on: 1) == [100, 200] && client.content(of: 1) == "counted 2")
      client.send(.post(3, "/echo", ["expect": "100-continue", "content-length": "2000"]))
      try await client.expectEnd(of: 3)
      client.send(.post(5, "/echo", ["expect": "magic"]))
      try await client.expectEnd(of: 5)
      #expect(client.statuses(on: 3) == [413] && client.statuses(on: 5) == [417])
    }
  }

  @Test func `an interim answer comes before the answer`() throws {
    try serveFrames { client, _, _ in
      client.send(.get(1, "/hints"))
      try await client.expectEnd(of: 1)
      #expect(client.statuses(on: 1) == [103, 200])
    }
  }

  @Test func `an answer that breaks its promise of a length is reset`() throws {
    try serveFrames { client, _, service in
      client.send(.get(1, "/broken"))
      try await client.expect("a reset") { _ in client.reset(of: 1) == 2 }
      try await client.expectAlive()
      #expect(service.finished.count == 1 && service.finished[0].hasPrefix("/broken 200 "))
    }
  }

  @Test func `each request is told of once, also those that their client gave up`() throws {
    try serveFrames { client, _, service in
      client.send(.get(1, "/slow"), .reset(1), .post(3, "/echo"), .reset(3), .post(5, "/count"), .reset(5))
      try await eventually("all are told", on: client.loop) { service.finished.count == 3 }
      #expect(Set(service.finished) == ["/slow 200 0", "/echo 408 0", "/count 200 0"])
      client.send(.get(7, "/flood"))
      try await client.expectStatus(200, on: 7)
      client.socket.close()
      try await eventually("the last one too", on: client.loop) { service.finished.count == 4 }
    }
  }

  @Test func `what is urgent goes first, as the request says or a later word`() throws {
    try serveFrames(settings: [1: 0, 4: 60_000]) { client, _, _ in
      // Two answers without an end leave the connection no room.
      client.send(.get(1, "/flood"), .get(3, "/flood"))
      try await client.expect("a full connection") { _ in client.contentSize == 65_535 }
      client.send(.get(5, "/fast", ["priority": "u=7"]), .get(7, "/fast", ["priority": "u=1"]), .get(9))
      client.send(.priorityUpdate(5, "u=0"))
      try await client.expectAlive()
      client.send(.windowUpdate(0, 8))
      try await client.expect("two answers") { $0.count { $0.type == 0 && $0.stream > 3 } == 2 }
      #expect(client.frames.filter { $0.type == 0 }.suffix(2).map(\.stream) == [5, 7])
    }
  }

  @Test(arguments: [("i", 2), ("u=3", 1)])
  func `what is incremental takes turns, all else goes one after the other`(priority: String, streams: Int) throws {
    try serveFrames(settings: [1: 0, 4: 1 << 20]) { client, _, _ in
      client.send(.get(1, "/flood", ["priority": priority]), .get(3, "/flood", ["priority": priority]))
      try await client.expect("a full connection") { _ in client.contentSize == 65_535 }
      #expect(Set(client.frames.filter { $0.type == 0 }.map(\.stream)).count == streams)
    }
  }

  @Test func `draining says so first, answers what is in flight and what was on its way, then ends`() throws {
    try serveFrames { client, server, service in
      client.send(.get(1, "/slow"))
      try await client.expectAlive()
      var isDrained = false
      client.loop.start {
        await server.drain(deadline: .seconds(5))
        isDrained = true
      }
      try await client.expect("a notice") { $0.contains { $0.type == 7 && UInt32($0.payload[0..<4]) == 0x7FFF_FFFF } }
      let ping = try #require(client.frames.last { $0.type == 6 && $0.flags == 0 })
      client.send(.get(3), Frame(type: 6, flags: Frame.ack, payload: ping.payload))
      try await client.expect("the last stream") { $0.contains { $0.type == 7 && UInt32($0.payload[0..<4]) == 3 } }
      client.send(.get(5))
      for stream in [1, 3] as [Int32] { try await client.expectEnd(of: stream) }
      try await eventually("the end", on: client.loop) { client.hasEnded }
      #expect(client.statuses(on: 1) == [200] && client.statuses(on: 3) == [200] && client.statuses(on: 5).isEmpty)
      #expect(client.goAway == 0 && service.finished.count == 2)
      client.socket.close()
      try await eventually("nobody is left", on: client.loop) { isDrained && server.connectionCount == 0 }
    }
  }
}
