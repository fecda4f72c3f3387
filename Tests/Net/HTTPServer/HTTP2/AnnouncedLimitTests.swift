import HTTP
import HTTPServer
import Loop
import Support
import Testing

/// What our SETTINGS say is what holds: all of it may be used, and nothing beyond. Source: RFC 9113 §5.1.2, §6.5.2.
@Suite(.serialized) struct `What a server of HTTP/2 announces` {
  /// Serves a client that has acknowledged our settings; without that they do not bind it yet.
  private func serve(
    _ body: @escaping (FrameClient, [UInt16: Int], TestService) async throws -> Void
  ) throws {
    try serveFrames { client, _, service in
      try await client.expect("our settings") { $0.contains { $0.type == 4 && $0.flags == 0 } }
      client.send(Frame(type: 4, flags: Frame.ack))
      try await body(client, client.announced, service)
    }
  }

  @Test func `are streams at once: one more ends the connection of a client that knows`() throws {
    try serve { client, announced, service in
      let most = Int32(try #require(announced[3]))
      client.send((0..<most).map { .post(2 * $0 + 1) })
      try await client.expectAlive()
      client.send(.post(2 * most + 1))
      try await client.expectGoAway(.protocol)
      try await eventually("all are told, but the last", on: client.loop) { service.finished.count == Int(most) }
    }
  }

  @Test func `are streams at once: one more is refused of a client that cannot know yet, who may repeat it`() throws {
    try serveFrames { client, _, service in
      client.send((0..<101 as Range<Int32>).map { .post(2 * $0 + 1) })
      try await client.expect("a refusal") { _ in client.reset(of: 201) == 7 }
      client.send((0..<100 as Range<Int32>).map { .data(2 * $0 + 1, "") })
      for stream in 0..<100 as Range<Int32> { try await client.expectStatus(200, on: 2 * stream + 1) }
      client.send(.get(203))
      try await client.expectStatus(200, on: 203)
      #expect(service.finished.count == 101)
    }
  }

  @Test func `is a stream's window: a byte beyond it resets the stream`() throws {
    try serve { client, announced, _ in
      let window = try #require(announced[4])
      client.send(.post(1, "/hold"))
      client.send(content(of: 1, window))
      try await client.expectAlive()
      #expect(client.reset(of: 1) == nil)
      client.send(.data(1, "x", 0))
      try await client.expect("a reset") { _ in client.reset(of: 1) == 3 }
      try await client.expectAlive()
    }
  }

  @Test func `is the connection's window: a byte beyond it ends the connection`() throws {
    try serve { client, announced, _ in
      let window = try #require(announced[4])
      let update = try #require(client.frames.first { $0.type == 8 && $0.stream == 0 })
      let streams = (65_535 + Int(UInt32(update.payload[...]))) / window
      #expect(streams == 4)
      for stream in (0...Int32(streams)).map({ 2 * $0 + 1 }) { client.send(.post(stream, "/hold")) }
      for stream in (0..<Int32(streams)).map({ 2 * $0 + 1 }) { client.send(content(of: stream, window)) }
      try await client.expectAlive()
      client.send(.data(2 * Int32(streams) + 1, "x", 0))
      try await client.expectGoAway(.flow)
    }
  }

  @Test func `is a head's size, by the measure of the standard: a head of so much is read`() throws {
    try serve { client, announced, _ in
      let size = try #require(announced[6])
      // Source: RFC 9113 §6.5.2: each field's name, its value, and 32 bytes.
      let others = ":methodGET:schemehttp:path/fast:authorityha".utf8.count + 5 * 32
      let head = Frame.section("GET", "/fast", ["a": String(repeating: "x", count: size - others)])
      client.send(.headers(1, Array(head.prefix(16_000)), 1), .continuation(1, Array(head.dropFirst(16_000))))
      try await client.expectStatus(200, on: 1)
      let more = Frame.section("GET", "/fast", ["a": String(repeating: "x", count: size)])
      client.send(.headers(3, Array(more.prefix(16_000)), 1), .continuation(3, Array(more.dropFirst(16_000))))
      try await client.expectStatus(431, on: 3)
    }
  }

  /// So much in frames of the largest size.
  private func content(of stream: Int32, _ size: Int) -> [Frame] {
    stride(from: 0, to: size, by: 16_384).map {
      .data(stream, String(repeating: "x", count: min(16_384, size - $0)), 0)
    }
  }
}

extension FrameClient {
  /// Our first SETTINGS.
  fileprivate var announced: [UInt16: Int] {
    var values: [UInt16: Int] = [:]
    guard let payload = frames.first(where: { $0.type == 4 })?.payload else { return values }
    for start in stride(from: 0, to: payload.count, by: 6) {
      values[UInt16(UInt32(payload[start..<start + 2]))] = Int(UInt32(payload[start + 2..<start + 6]))
    }
    return values
  }
}
