import HTTP
import HTTPServer
import Loop
import Support
import Testing

@Suite(.serialized) struct `HTTP/2 as the standard has it` {
  @Test(arguments: HostileCase.framing + HostileCase.streamStates)
  func `frames and streams`(_ example: HostileCase) throws { try check(example) }

  @Test(arguments: HostileCase.frameKinds)
  func `each kind of frame`(_ example: HostileCase) throws { try check(example) }

  @Test(arguments: HostileCase.messages)
  func `requests`(_ example: HostileCase) throws { try check(example) }

  @Test(arguments: HostileCase.compression)
  func `compression`(_ example: HostileCase) throws { try check(example) }

  private func check(_ example: HostileCase) throws {
    try serveFrames { client, _, _ in
      client.send(example.frames)
      if !example.afterwards.isEmpty {
        try await client.expectEnd(of: 1)
        client.send(example.afterwards)
      }
      switch example.outcome {
      case .goAway(let codes): try await client.expectGoAway(codes)
      case .reset(let stream, let codes):
        try await client.expect("the end of \(stream)") { _ in client.reset(of: stream) != nil || client.goAway != nil }
        #expect(codes.contains(client.reset(of: stream) ?? client.goAway ?? 99))
      case .ignored:
        try await client.expectAlive()
        client.send(.get(101))
        try await client.expectStatus(200, on: 101)
      case .status(let stream, let status): try await client.expectStatus(status, on: stream)
      }
    }
  }

  @Test func `a connection begins with our settings, and theirs are acknowledged`() throws {
    try serveFrames { client, _, _ in
      try await client.expect("an acknowledgement") { $0.contains { $0.type == 4 && $0.flags == Frame.ack } }
      let settings = try #require(client.frames.first)
      #expect(settings.type == 4 && settings.flags == 0)
      // MAX_CONCURRENT_STREAMS, MAX_HEADER_LIST_SIZE, NO_RFC7540_PRIORITIES.
      for entry in [Frame.settings([3: 100]), .settings([6: 16_384]), .settings([9: 1])] {
        #expect(settings.payload.contains(entry.payload))
      }
    }
  }

  @Test(arguments: ["PRI * HTTP/2.0\r\n\r\nSM\r\n\rX", "PRI * HTTP/2.0\r\nhost: h\r\n\r\n", "PRI * HTTP/2.1\r\n\r\n"])
  func `a preface that is not quite one ends the connection`(text: String) throws {
    try serveFrames(settings: nil) { client, _, _ in
      client.socket.write(Array(text.utf8) + Frame.settings().bytes)
      try await eventually("the end", on: client.loop) { client.hasEnded }
    }
  }

  @Test func `whatever else than settings comes first ends the connection`() throws {
    try serveFrames(settings: nil) { client, _, _ in
      client.socket.write(FrameClient.preface + Frame.ping().bytes)
      try await client.expectGoAway(.protocol)
    }
  }

  @Test func `after a request of HTTP 1.1 the preface is a request that is refused`() throws {
    try serveFrames(settings: nil) { client, _, service in
      client.socket.write(Array("GET /fast HTTP/1.1\r\nHost: h\r\n\r\n".utf8) + FrameClient.preface)
      try await eventually("both are answered", on: client.loop) { service.finished.count == 2 }
      #expect(service.finished.last?.hasSuffix(" 505 0") == false && service.finished.first == "/fast 200 4")
    }
  }

  @Test func `the preface may come in single bytes`() throws {
    try serveFrames(settings: nil) { client, _, _ in
      for byte in FrameClient.preface + Frame.settings([1: 0]).bytes + Frame.get(1).bytes {
        client.socket.write([byte])
        await client.loop.sleep(for: .zero)
      }
      try await client.expectStatus(200, on: 1)
    }
  }

  @Test func `more streams at once than allowed are refused`() throws {
    var limits = Limits()
    limits.http2.streams = 2
    try serveFrames(limits) { client, _, _ in
      try await client.expectAlive()
      client.send([Frame.settings()].map { Frame(type: $0.type, flags: Frame.ack) })
      client.send(.get(1, "/slow"), .get(3, "/slow"), .get(5, "/slow"))
      try await client.expect("a refusal") { _ in client.reset(of: 5) != nil || client.goAway != nil }
    }
  }

  @Test func `content goes by the windows, the stream's as well as those to come`() throws {
    try serveFrames(settings: [1: 0, 4: 0]) { client, _, _ in
      client.send(.get(1))
      try await client.expectStatus(200, on: 1)
      try await client.expectAlive()
      #expect(client.content(of: 1).isEmpty)
      client.send(.windowUpdate(1, 1))
      try await client.expect("one byte") { _ in client.content(of: 1) == "f" }
      client.send(.settings([4: 3]))
      try await client.expectEnd(of: 1)
      #expect(client.content(of: 1) == "fast")
    }
  }

  @Test func `a window may shrink below nothing`() throws {
    try serveFrames(settings: [1: 0, 4: 3]) { client, _, _ in
      client.send(.get(1))
      try await client.expect("three bytes") { _ in client.content(of: 1) == "fas" }
      client.send(.settings([4: 2]), .windowUpdate(1, 1))
      try await client.expectAlive()
      #expect(client.content(of: 1) == "fas")
      client.send(.windowUpdate(1, 1))
      try await client.expectEnd(of: 1)
    }
  }
}

extension [UInt8] {
  fileprivate func contains(_ part: [UInt8]) -> Bool {
    indices.contains { self[$0...].starts(with: part) }
  }
}
