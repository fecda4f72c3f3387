import Support
import Testing

/// What a connection of HTTP/2, and the head of any request, may hold by the real edge's settings.
@Suite struct `Limits of the wire` {
  @Test func `a head beyond its bytes is 431 in both protocols, one within is not`() throws {
    try serve(["EDGE_HEAD_BYTES": "4096"]) { stage, address in
      for version in ["--http1.1", "--http2-prior-knowledge"] {
        for (size, status) in [(3_000, "200"), (5_000, "431")] {
          let field = "X-Long: \(String(repeating: "x", count: size))"
          let arguments = "\(version) -o /dev/null -w '%{http_code}' -H '\(field)'"
          let answer = try await stage.shell("curl -sS \(arguments) http://\(address)/api/v1/healthz")
          #expect(answer.output == status)
        }
      }
    }
  }

  @Test func `clients of HTTP/2 are told how many requests and bytes of a head they may send`() throws {
    try serve(["EDGE_HTTP2_STREAMS": "7", "EDGE_HEAD_BYTES": "4096"]) { stage, address in
      let call = try await stage.call(address, .preface)
      try await eventually("settings", on: stage.loop) { call.received.contains(.setting(3, 7)) }
      #expect(call.received.contains(.setting(6, 4_096)))
    }
  }

  @Test(arguments: [
    ("EDGE_HTTP2_RESETS", (0..<8).map { .request(2 * $0 + 1) + .reset(2 * $0 + 1) }),
    ("EDGE_HTTP2_IDLE_FRAMES", [String](repeating: .ping, count: 20)),
  ])
  func `a flood ends the connection, and is not one where more is allowed`(name: String, frames: [String]) throws {
    try serve([name: "1"]) { stage, address in
      let received = try await stage.exchange(address, .preface + frames.joined())
      // GOAWAY with ENHANCE_YOUR_CALM.
      #expect(received.hasSuffix("\0\0\0\u{B}"))
    }
    try serve([name: "100"]) { stage, address in
      let call = try await stage.call(address, .preface + frames.joined() + .ping)
      try await eventually("an answer to the ping", on: stage.loop) { call.received.contains(String.pingAnswer) }
      #expect(!call.received.contains("\0\0\0\u{B}"))
    }
  }

  /// The first bytes of a client that then says nothing, and what it is told.
  @Test(arguments: [
    ("EDGE_HEAD_SECONDS", "GET /api/v1/healthz HTTP/1.1\r\n", "HTTP/1.1 408 "),
    (
      "EDGE_CONTENT_SECONDS",
      "POST /api/v1/delivery/download-url HTTP/1.1\r\nHost: localhost\r\nContent-Length: 9\r\n\r\n", "HTTP/1.1 408 "
    ),
    ("EDGE_IDLE_SECONDS", "", ""),
  ])
  func `a client that takes longer than a setting says is let go`(name: String, start: String, told: String) throws {
    try serve([name: "1"]) { stage, address in
      let answer = try await stage.exchange(address, start)
      #expect(answer.hasPrefix(told), "\(answer)")
    }
  }

  private func serve(
    _ settings: [String: String], _ body: @escaping (Stage, String) async throws -> Void
  ) throws {
    try Stage.run { stage in
      let program = try Role.edge.start(changing: settings.merging(["EDGE_OPS_LISTEN": "off"]) { $1 }, on: stage)
      try await body(stage, try await program.printed("edge listens on "))
    }
  }
}

/// Frames all of whose bytes are ASCII. Source: RFC 9113 §4.1, §6.
extension String {
  fileprivate static let preface = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + frame(4, "")
  fileprivate static let ping = frame(6, "are you?")
  fileprivate static let pingAnswer = frame(6, "are you?", flags: 1)

  fileprivate static func request(_ stream: Int) -> String {
    let fields = [(":method", "GET"), (":scheme", "http"), (":path", "/none"), (":authority", "localhost")]
    let section = fields.map { "\0" + byte($0.count) + $0 + byte($1.count) + $1 }.joined()
    return frame(1, section, flags: 5, stream: stream)
  }

  fileprivate static func reset(_ stream: Int) -> String { frame(3, "\0\0\0\u{8}", stream: stream) }

  fileprivate static func setting(_ id: Int, _ value: Int) -> String {
    "\0" + byte(id) + "\0\0" + byte(value >> 8) + byte(value & 0xFF)
  }

  private static func frame(_ kind: Int, _ content: String, flags: Int = 0, stream: Int = 0) -> String {
    "\0\0" + [content.utf8.count, kind, flags, 0, 0, 0, stream].map(byte).joined() + content
  }

  private static func byte(_ value: Int) -> String { String(Character(Unicode.Scalar(UInt8(value)))) }
}
