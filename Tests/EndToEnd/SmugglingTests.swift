import Support
import Testing

/// What a client may send, and what of it reaches the origin. Both sides are raw bytes.
@Suite struct `A request that could be read in two ways` {
  @Test(arguments: [
    "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\nContent-Length: 4\r\n\r\nabcd",
    "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3, 3\r\n\r\nabc",
    "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: +3\r\n\r\nabc",
    "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 0x3\r\n\r\nabc",
    "POST / HTTP/1.1\r\nHost: a\r\nContent-Length : 3\r\n\r\nabc",
    "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: xchunked\r\n\r\n0\r\n\r\n",
    "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n",
    "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding:\u{B}chunked\r\n\r\n0\r\n\r\n",
    "POST / HTTP/1.0\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n0x1\r\na\r\n0\r\n\r\n",
    "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n1\na\n0\n\n",
    "GET / HTTP/1.1\nHost: a\n\n", "GET / HTTP/1.1\r\nHost: a\r\nX: b\r\n c\r\n\r\n",
    "GET / HTTP/1.1\r\nHost: a\r\nX: b\rY: c\r\n\r\n", "GET / HTTP/1.1\r\n Host: a\r\n\r\n",
    "GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", "GET / HTTP/1.1\r\nX: y\r\n\r\n",
    "GET http://b/ HTTP/1.1\r\nHost: a\r\n\r\n", "GET http://a@b/ HTTP/1.1\r\nHost: b\r\n\r\n",
    "GET / HTTP/1.1\r\nHost: a/b\r\n\r\n", "GET /a b HTTP/1.1\r\nHost: a\r\n\r\n",
    "GET /a#b HTTP/1.1\r\nHost: a\r\n\r\n",
    "CONNECT a:80 HTTP/1.1\r\nHost: a\r\n\r\n", "G\u{0}T / HTTP/1.1\r\nHost: a\r\n\r\n",
  ])
  func `is refused, the connection ends, and the origin hears nothing, RFC 9112 §6.3`(bytes: String) throws {
    try Stage.run { stage in
      let origin = try RawOrigin(stage)
      origin.alwaysSend(.answer("", "x"))
      let edge = try await PlainCache(stage, before: origin)
      let answer = try await stage.exchange(edge.address, bytes + "GET /smuggled HTTP/1.1\r\nHost: a\r\n\r\n")
      let status = answer.dropFirst("HTTP/1.1 ".count).prefix(3)
      #expect(["400", "501", "505"].contains(String(status)), "\(answer)")
      #expect(!origin.heads.contains { $0.contains("/smuggled") })
    }
  }

  @Test func `in parts is made anew, with one length and without a hop's own fields, RFC 9110 §7.6.1`() throws {
    try Stage.run { stage in
      let origin = try RawOrigin(stage)
      origin.answer = { _, _ in }
      let edge = try await PlainCache(stage, before: origin)
      let call = try await stage.call(
        edge.address,
        "POST http://a.example/x?y HTTP/1.1\r\nHost: a.example\r\nConnection: close, X-Hop, Host, content-length\r\n"
          + "X-Hop: 1\r\nUpgrade: websocket\r\nExpect: 100-continue\r\nTE: trailers\r\nTransfer_Encoding: chunked\r\n"
          + "Content_Length: 9\r\n-Content-Length: 9\r\nTransfer.Encoding: chunked\r\nX.Forwarded.For: 1.2.3.4\r\n"
          + "Transfer-Encoding: Chunked\r\n\r\n"
          + "2;e=f\r\nab\r\n1\r\nc\r\n0\r\nContent-Length: 7\r\n\r\n")
      try await eventually("the content comes to its end", on: stage.loop) {
        origin.lines.first?.received.hasSuffix("\r\n0\r\n\r\n") == true
      }
      origin.lines[0].send(.answer("", "x"))
      try await eventually("the client is answered", on: stage.loop) {
        call.hasEnded && call.received.contains("HTTP/1.1 200 OK\r\n")
      }
      let sent = origin.lines[0].received
      let head = sent.lowercased()
      #expect(sent.hasPrefix("POST /x?y HTTP/1.1\r\nhost: a.example\r\n"))
      #expect(
        sent.hasSuffix("\r\ntransfer-encoding: chunked\r\n\r\n2\r\nab\r\n1\r\nc\r\n0\r\n\r\n")
          || sent.hasSuffix("3\r\nabc\r\n0\r\n\r\n"))
      for name in [
        "connection", "x-hop", "upgrade", "expect", "te", "transfer_encoding", "content_length", "content-length",
        "-content-length", "transfer.encoding", "x.forwarded.for",
      ] {
        #expect(!head.contains("\r\n\(name):"), "\(name)")
      }
    }
  }
}
