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

  @Test(arguments: [("bytes 0-4/10", "012345"), ("bytes 0-4/*", "01234"), ("bytes 0-5/6", "012345")])
  func `a part of another length than it says, of an unknown whole, or too large to be kept, is the asker's alone`(
    range: String, text: String
  ) throws {
    var limits = EdgeCache.Limits()
    limits.answer = 5
    try CacheStage.run(limits: limits) { stage in
      stage.origin.answer = { _ in
        Response.text(.partialContent, text).with(.cacheControl, "max-age=60").with(.contentRange, range)
      }
      let own = try await stage.get("/film", (.range, "bytes=0-5"))
      #expect(own.text == text && stage.cache.store.count == 0)
    }
  }

  @Test func `a part makes do only for who asks for nothing else, with the origin away`() throws {
    try CacheStage.run { stage in
      stage.origin.answer = { ranges(of: "0123456789")($0).with(.age, "100") }
      _ = try await stage.get("/film", (.range, "bytes=0-5"))
      await stage.origin.stop()
      #expect(try await stage.get("/film", (.range, "bytes=1-2")).text == "12")
      #expect(try await stage.get("/film").status == 502)
      #expect(try await stage.get("/film", (.range, "bytes=1-6")).status == 502)
      #expect(try await stage.get("/film", (.range, "bytes=1-2,4-4")).status == 502)
    }
  }

  @Test func `parts are joined where they touch or overlap, and not where they do not`() {
    func joined(_ first: Int, _ text: String, of total: Int = 10) -> String? {
      let kept = (part: ContentPart(first: 2, count: 3, total: 10), bytes: Array("234".utf8))
      let news = (part: ContentPart(first: first, count: text.utf8.count, total: total), bytes: Array(text.utf8))
      return ContentPart.joined(kept, news)?.bytes.text
    }
    #expect(joined(5, "56") == "23456" && joined(4, "456") == "23456" && joined(0, "01") == "01234")
    #expect(joined(0, "0123456") == "0123456" && joined(3, "3") == "234")
    #expect(joined(6, "67") == nil && joined(0, "0") == nil && joined(5, "56", of: 11) == nil)
    let part = ContentPart(first: 2, count: 3, total: 10)
    for (first, count, isHeld) in [(2, 3, true), (1, 2, false), (4, 1, true), (4, 2, false)] {
      #expect(part.holds(ByteRange(first: first, count: count)) == isHeld)
    }
  }

  @Test func `a part is what Content-Range says, or nothing`() {
    func part(_ value: String) -> ContentPart? {
      ContentPart(Request(.get, "/", fields: [(.contentRange, value)]).fields)
    }
    #expect(part("bytes 4-9/10") == ContentPart(first: 4, count: 6, total: 10))
    let twice: [(FieldName, String)] = [(.contentRange, "bytes 4-9/10"), (.contentRange, "bytes 4-9/10")]
    #expect(ContentPart(Request(.get, "/", fields: twice).fields) == nil)
    #expect(part("bytes 0-0/1000000000000000000") == nil)
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
