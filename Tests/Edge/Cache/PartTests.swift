@testable import Edge
import HTTP
import Testing

@Suite struct `Parts of an answer, RFC 9111 §3.3 and §3.4` {
  /// An origin that gives ranges of this text.
  private func ranges(of whole: String) -> (Request) -> Response {
    { request in
      var response = Response.shared(whole)
      let bytes = Array(whole.utf8)
      let validators = Validators(etag: response.fields.bytes(.etag).flatMap { ETag(parsing: $0) })
      guard case .partial(let ranges) = RangeSelection(request, length: bytes.count, validators: validators) else {
        return response
      }
      response.status = .partialContent
      response.fields.append(.contentRange, ranges[0].contentRange(of: bytes.count))
      response.body = .bytes(Array(bytes[ranges[0].first...ranges[0].last]))
      return response
    }
  }

  @Test func `one is kept, grows by what touches it, and is completed when all is wanted`() throws {
    try CacheStage.run { stage in
      stage.origin.answer = ranges(of: "0123456789")
      let first = try await stage.get("/film", (.range, "bytes=2-5"))
      #expect(first.status == 206 && first.text == "2345" && first.fields.first(.contentRange) == "bytes 2-5/10")
      let within = try await stage.get("/film", (.range, "bytes=3-4"))
      #expect(within.isImmediate && within.status == 206 && within.text == "34")
      #expect(within.fields.all(.contentRange) == ["bytes 3-4/10"])
      let beyond = try await stage.get("/film", (.range, "bytes=0-1"))
      #expect(beyond.text == "01" && beyond.note == "moviesnow-edge; fwd=partial")
      #expect(try await stage.get("/film", (.range, "bytes=0-5")).isImmediate)
      let whole = try await stage.get("/film")
      #expect(whole.status == 200 && whole.text == "0123456789" && !whole.fields.contains(.contentRange))
      let asked = stage.origin.requests[2].fields
      #expect(asked.first(.range) == "bytes=6-" && asked.first(.ifRange) == "\"0123456789\"")
      #expect(try await stage.get("/film").isImmediate)
      #expect(stage.origin.requests.count == 3)
    }
  }

  @Test func `parts of two versions are never joined`() throws {
    try CacheStage.run { stage in
      stage.origin.answer = ranges(of: "0123456789")
      _ = try await stage.get("/film", (.range, "bytes=0-4"))
      stage.origin.answer = ranges(of: "abcdefghij")
      #expect(try await stage.get("/film", (.range, "bytes=5-9")).text == "fghij")
      #expect(try await !stage.get("/film", (.range, "bytes=0-4")).isImmediate)
      let whole = try await stage.get("/film")
      #expect(whole.status == 200 && whole.text == "abcdefghij")
    }
  }

  @Test func `who wants all of it never gets a part, whatever the origin makes of our question`() throws {
    try CacheStage.run { stage in
      func part(_ text: String, _ range: String) -> Response {
        var response = Response.text(.partialContent, text).with(.cacheControl, "max-age=60")
        response.fields.append(.contentRange, range)
        return response
      }
      stage.origin.answer = { _ in part("01234", "bytes 0-4/10") }
      _ = try await stage.get("/film", (.range, "bytes=0-4"))
      stage.origin.answer = { request in
        guard request.fields.contains(.range) else { return .shared("0123456789") }
        return part("56789", "bytes 5-9/10")
      }
      let whole = try await stage.get("/film")
      #expect(whole.status == 200 && whole.text == "0123456789" && stage.origin.requests.count == 3)
    }
  }

  @Test func `that a range is outside is told to who has asked for it, and to no one else`() throws {
    try CacheStage.run { stage in
      stage.origin.answer = { request in
        guard request.fields.contains(.range) else { return .shared("0123456789") }
        return Response.text(.rangeNotSatisfiable, "").with(.cacheControl, "max-age=60")
      }
      let outside = try await stage.get("/film", (.range, "bytes=99-"))
      let whole = try await stage.get("/film")
      #expect(outside.status == 416 && whole.text == "0123456789")
    }
  }

  @Test func `a part is what Content-Range says, or nothing`() {
    func part(_ value: String) -> ContentPart? {
      ContentPart(Request(.get, "/", fields: [(.contentRange, value)]).fields)
    }
    #expect(part("bytes 4-9/10") == ContentPart(first: 4, count: 6, total: 10))
    for bad in [
      "bytes 4-9/*", "bytes 9-4/10", "bytes 4-10/10", "bytes */10", "bytes 4-/10", "lines 4-9/10", "bytes -4-9/10",
    ] {
      #expect(part(bad) == nil, "\(bad)")
    }
    #expect(ContentPart(first: 0, count: 4, total: 10).missing == "bytes=4-")
    #expect(ContentPart(first: 4, count: 6, total: 10).missing == "bytes=0-3")
    #expect(ContentPart(first: 4, count: 1, total: 10).missing == nil)
  }
}
