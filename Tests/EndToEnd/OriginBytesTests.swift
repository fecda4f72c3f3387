import HTTP
import Support
import Testing

/// What an origin may send, at any time, and what a client then gets. The origin is scripted byte by byte.
@Suite struct `A cache whose origin` {
  @Test func `announces something before its answer passes it on, and keeps only the answer, RFC 9110 §15.2`() throws {
    try Stage.run { stage in
      let origin = try RawOrigin(stage)
      origin.alwaysSend(
        "HTTP/1.1 102 Processing\r\n\r\nHTTP/1.1 103 Early Hints\r\n"
          + "Link: </a.css>; rel=preload\r\nConnection: x\r\n\r\n" + .answer("Cache-Control: max-age=60", "hello"))
      let edge = try await PlainCache(stage, before: origin)
      let first = try await stage.exchange(edge.address, Self.get)
      #expect(
        first.hasPrefix(
          "HTTP/1.1 102 Processing\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: </a.css>; rel=preload\r\n\r\n"))
      #expect(first.contains("HTTP/1.1 200 OK\r\n") && first.hasSuffix("hello"))
      let second = try await stage.exchange(edge.address, Self.get)
      #expect(second.hasPrefix("HTTP/1.1 200 OK\r\n") && second.hasSuffix("hello") && origin.heads.count == 1)
      let old = try await stage.exchange(edge.address, "GET /old HTTP/1.0\r\nHost: a\r\n\r\n")
      #expect(old.hasPrefix("HTTP/1.1 200 OK\r\n"))
    }
  }

  @Test func `takes its time gives what has come to all who wait, and is asked once`() throws {
    try Stage.run { stage in
      let origin = try RawOrigin(stage)
      origin.alwaysSend("HTTP/1.1 200 OK\r\nCache-Control: max-age=60\r\nContent-Length: 100000\r\n\r\nstart")
      let edge = try await PlainCache(stage, before: origin)
      let first = try await stage.call(edge.address, Self.get)
      try await eventually("the first sees the start", on: stage.loop) { first.received.hasSuffix("start") }
      let second = try await stage.call(edge.address, Self.get)
      try await eventually("so does the second", on: stage.loop) { second.received.hasSuffix("start") }
      origin.lines[0].send(String(repeating: "x", count: 99_995))
      for call in [first, second] {
        try await eventually("all of it", on: stage.loop) { call.hasEnded && call.received.hasSuffix("xxx") }
      }
      #expect(second.received.contains("; collapsed\r\n"))
      let third = try await stage.exchange(edge.address, Self.get)
      #expect(third.hasSuffix("xxx") && third.contains("; hit; ttl=") && origin.heads.count == 1)
    }
  }

  @Test(arguments: [
    "HTTP/1.1 200 OK\r\nCache-Control: max-age=60\r\nContent-Length: 10\r\n\r\nshort",
    "HTTP/1.1 200 OK\r\nCache-Control: max-age=60\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nshort\r\n",
    "HTTP/1.1 200 OK\r\nCache-Control: max-age=60\r\nContent-Length: 200000\r\n\r\nshort",
    "HTTP/1.1 206 Partial Content\r\nCache-Control: max-age=60\r\nContent-Range: bytes 0-9/10\r\n\r\nshort",
  ])
  func `breaks off never has that kept, nor given as whole`(bytes: String) throws {
    try Stage.run { stage in
      let origin = try RawOrigin(stage)
      origin.answer = { _, line in
        line.send(bytes)
        line.closeAfterWriting()
      }
      let edge = try await PlainCache(stage, before: origin)
      let cut = try await stage.exchange(edge.address, Self.get)
      let isHonest =
        cut.hasPrefix("HTTP/1.1 502 ") || !cut.contains("content-length: 5\r\n") && !cut.hasSuffix("0\r\n\r\n")
      #expect(isHonest, "\(cut)")
      origin.alwaysSend(.answer("Cache-Control: max-age=60", "whole"))
      #expect(try await stage.exchange(edge.address, Self.get).hasSuffix("whole"))
    }
  }

  @Test func `chunks its answer has it whole, without extensions and trailers, RFC 9112 §7.1`() throws {
    try Stage.run { stage in
      let origin = try RawOrigin(stage)
      origin.alwaysSend(
        "HTTP/1.1 200 OK\r\nCache-Control: max-age=60\r\nTransfer-Encoding: chunked\r\nTrailer: X-Late\r\n\r\n"
          + "3;a=b\r\nabc\r\n2\r\nde\r\n0\r\nX-Late: 1\r\n\r\n")
      let edge = try await PlainCache(stage, before: origin)
      #expect(try await edge.caller.get("/").text == "abcde")
      let hit = try await edge.caller.get("/")
      #expect(hit.text == "abcde" && hit.fields.first(.contentLength) == "5" && !hit.fields.contains(.trailer))
    }
  }

  @Test(arguments: [
    "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nhello!",
    "HTTP/1.1 200 OK\nContent-Length: 5\n\nhello", "HTTP/1.1 200 OK\r\nX: a\r\n b\r\nContent-Length: 0\r\n\r\n",
    "HTTP/1.1 200 OK\r\nContent-Length : 5\r\n\r\nhello", "HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip\r\n\r\nhello",
    "HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n",
    "HTTP/1.1 101 Switching Protocols\r\n\r\nhello",
  ])
  func `frames an answer in a way that could be read otherwise is not believed, RFC 9112 §6`(bytes: String) throws {
    try Stage.run { stage in
      let origin = try RawOrigin(stage)
      origin.alwaysSend(bytes)
      let edge = try await PlainCache(stage, before: origin)
      #expect(try await edge.caller.get("/").status == 502)
    }
  }

  private static let get = "GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"
}
