@testable import Edge
import HTTP
import Loop
import Support
import Testing

@Suite struct `What completes a part, RFC 9111 §3.4 and §4.3.3` {
  /// One part of ten bytes.
  private static func part(_ first: Int, _ text: String, of total: Int = 10, tag: String = "\"v1\"") -> Response {
    Response.text(.partialContent, text).with(.cacheControl, "max-age=60").with(.etag, tag)
      .with(.contentRange, "bytes \(first)-\(first + text.utf8.count - 1)/\(total)")
  }

  @Test func `is the rest of the same version, all of it; else the whole is asked for`() throws {
    let bad = [
      Self.part(5, "fghij", tag: "\"v2\""), Self.part(5, "567890", of: 11), Self.part(6, "6789"), Self.part(5, "567"),
      Response(.rangeNotSatisfiable),
    ]
    let whole = "abcdefghij"
    for rest in bad { try complete(Self.part(0, "01234"), rest, asked: 3) { $0.status == 200 && $0.text == whole } }
    try complete(Self.part(5, "56789"), Self.part(0, "012"), asked: 3) { $0.status == 200 && $0.text == whole }
    try complete(Self.part(0, "01234"), Self.part(5, "56789"), asked: 2) { $0.text == "0123456789" }
  }

  @Test func `is never taken from an answer that falls short of what it says`() throws {
    let loop = EventLoop()
    var short = Self.part(5, "56789")
    short.body = .stream(HalvedContent(Array("567".utf8), on: loop) { false }, length: nil)
    try complete(Self.part(0, "01234"), short, asked: 2) { $0.status == 502 }
  }

  @Test func `is asked for by a strong tag alone`() throws {
    try CacheStage.run { stage in
      stage.origin.answer = { _ in Self.part(0, "01234", tag: "W/\"v1\"") }
      _ = try await stage.get("/film", (.range, "bytes=0-4"))
      _ = try await stage.get("/film")
      let asked = stage.origin.requests[1].fields
      #expect(asked.first(.range) == "bytes=5-" && !asked.contains(.ifRange))
    }
  }

  @Test func `is not needed where the origin gives a part to who has asked for all: that is its fault`() throws {
    try CacheStage.run { stage in
      stage.origin.answer = { _ in Self.part(0, "01234") }
      let answer = try await stage.get("/film")
      #expect(answer.status == 502 && stage.cache.store.count == 0)
    }
  }

  @Test func `is not joined where it would be too large to be kept`() throws {
    var limits = EdgeCache.Limits()
    limits.answer = 5
    try CacheStage.run(limits: limits) { stage in
      for (first, text) in [(0, "0123"), (4, "4567")] {
        stage.origin.answer = { _ in Self.part(first, text) }
        _ = try await stage.get("/film", (.range, "bytes=\(first)-\(first + 3)"))
      }
      #expect(try await stage.get("/film", (.range, "bytes=4-7")).isImmediate)
      #expect(try await !stage.get("/film", (.range, "bytes=0-3")).isImmediate)
    }
  }

  /// Keeps a part, asks for all, and expects that of the answer.
  private func complete(
    _ kept: Response, _ rest: Response, asked count: Int, _ isRight: @escaping (CacheStage.Answer) -> Bool
  ) throws {
    try CacheStage.run { stage in
      stage.origin.answer = { _ in kept }
      let range = kept.fields.first(.contentRange)?.hasPrefix("bytes 0") == true ? "bytes=0-4" : "bytes=5-9"
      _ = try await stage.get("/film", (.range, range))
      stage.origin.answer = { $0.fields.contains(.range) ? rest : .shared("abcdefghij") }
      let whole = try await stage.get("/film")
      #expect(isRight(whole) && stage.origin.requests.count == count, "\(whole.status) \(whole.text)")
    }
  }
}

@Suite struct `What is kept of a failure` {
  @Test func `is given whole, whatever range or condition it is asked for with, RFC 9110 §13.2.1, §14.2`() throws {
    try CacheStage.run { stage in
      stage.origin.answer = { _ in
        Response.text(.notFound, "nothing").with(.cacheControl, "max-age=60").with(.etag, "\"x\"")
      }
      _ = try await stage.get("/titles/0")
      for field: (FieldName, String) in [(.range, "bytes=0-1"), (.ifNoneMatch, "\"x\""), (.ifMatch, "\"y\"")] {
        let answer = try await stage.get("/titles/0", field)
        #expect(answer.isImmediate && answer.status == 404 && answer.text == "nothing")
      }
    }
  }
}

@Suite struct `Content that passes` {
  @Test func `is kept only when all of it has passed`() throws {
    let loop = EventLoop()
    try loop.run {
      var kept: [[UInt8]] = []
      for length in [1, 3, 4] {
        let source = HalvedContent(Array("abc".utf8), on: loop) { false }
        let passing = PassingContent(source, length: length) { kept.append($0) }
        let passed = try await passing.collect(limit: 9)
        #expect(passed == Array("abc".utf8))
      }
      #expect(kept == [Array("abc".utf8)])
    }
  }
}
