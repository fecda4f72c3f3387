@testable import Edge
import HTTP
import Loop
import Testing

@Suite struct `What a client asks of the cache, RFC 9111 §5.2.1` {
  @Test(arguments: ["no-cache", "max-age=2", "min-fresh=28"])
  func `a fresh answer that is not fresh enough for it is validated`(wish: String) throws {
    try CacheStage.run { stage in
      stage.origin.answer = { Response.shared("list", age: 3).conditional(on: $0) }
      _ = try await stage.get("/titles")
      #expect(try await stage.get("/titles", (.cacheControl, "max-age=3, min-fresh=27")).isImmediate)
      let asked = try await stage.get("/titles", (.cacheControl, wish))
      #expect(asked.text == "list" && asked.note.hasPrefix("moviesnow-edge; fwd=request; fwd-status=304"))
      #expect(stage.origin.requests[1].fields.first(.ifNoneMatch) == "\"list\"")
    }
  }

  @Test func `max-age=0 has it validated within its first second too`() throws {
    try CacheStage.run { stage in
      stage.origin.answer = { _ in .shared("list") }
      _ = try await stage.get("/titles")
      #expect(try await !stage.get("/titles", (.cacheControl, "max-age=0")).isImmediate)
      #expect(try await stage.get("/titles", (.cacheControl, "max-age=1")).isImmediate)
    }
  }

  @Test func `Pragma counts where there is no Cache-Control, RFC 9111 §5.4`() throws {
    try CacheStage.run { stage in
      stage.origin.answer = { _ in .shared("list") }
      _ = try await stage.get("/titles")
      #expect(try await !stage.get("/titles", (.pragma, "x, No-Cache")).isImmediate)
      #expect(try await stage.get("/titles", (.pragma, "no-cache"), (.cacheControl, "foo")).isImmediate)
    }
  }

  @Test func `who takes what is stale is given it, unless the origin forbids that`() throws {
    try CacheStage.run { stage in
      stage.origin.answer = { request in
        Response.text(.ok, "x").with(
          .cacheControl, "max-age=10\(request.path.text == "/no" ? ", must-revalidate" : "")"
        )
        .with(.age, "30").with(.etag, "\"x\"")
      }
      for path in ["/yes", "/no"] { _ = try await stage.get(path) }
      #expect(try await stage.get("/yes", (.cacheControl, "max-stale=30")).isImmediate)
      #expect(try await stage.get("/yes", (.cacheControl, "max-stale")).isImmediate)
      #expect(try await !stage.get("/yes", (.cacheControl, "max-stale=10")).isImmediate)
      #expect(try await !stage.get("/no", (.cacheControl, "max-stale")).isImmediate)
    }
  }

  @Test func `as stale as it may be is to the second`() throws {
    let now = Instant(nanoseconds: 1_000_000_000)
    let freshness = Freshness(.init(lifetime: .seconds(10)), age: .seconds(30), received: now)
    for (wish, state) in [("max-stale=20", Freshness.State.fresh), ("max-stale=19", .expired)] {
      let directives = RequestDirectives(Request(.get, "/", fields: [(.cacheControl, wish)]))
      #expect(directives?.refine(.expired, of: freshness, at: now) == state)
    }
  }

  @Test func `who wants nothing from the origin gets 504 when nothing is kept, and no-store leaves nothing`() throws {
    try CacheStage.run { stage in
      stage.origin.answer = { _ in .shared("list") }
      let none = try await stage.get("/titles", (.cacheControl, "only-if-cached"))
      #expect(none.status == 504 && none.isImmediate && none.note == "moviesnow-edge; detail=only-if-cached")
      _ = try await stage.get("/titles", (.cacheControl, "no-store"))
      #expect(stage.cache.store.count == 0)
      _ = try await stage.get("/titles")
      #expect(try await stage.get("/titles", (.cacheControl, "only-if-cached")).text == "list")
    }
  }
}

@Suite struct `What the origin says of what is kept, RFC 9111 §4.3` {
  @Test func `HEAD renews what it describes, and ends what it does not, §4.3.5`() throws {
    try CacheStage.run { stage in
      stage.origin.answer = { _ in .shared("list", age: 400) }
      _ = try await stage.get("/titles")
      stage.origin.answer = { _ in Response.shared("list").with("x-new", "1") }
      let head = try await stage.send(.head, "/titles")
      #expect(head.status == 200 && head.text.isEmpty && head.note == "moviesnow-edge; fwd=stale")
      let hit = try await stage.get("/titles")
      #expect(hit.isImmediate && hit.text == "list" && hit.fields.first("x-new") == "1")
      stage.origin.answer = { _ in .shared("other") }
      _ = try await stage.send(.head, "/titles", [(.cacheControl, "no-cache")])
      #expect(try await stage.get("/titles").text == "other")
    }
  }

  @Test func `a variant that is lacking may be one of those that are kept, §4.1 and §4.3.3`() throws {
    try CacheStage.run { stage in
      stage.origin.answer = { request in
        let language = request.fields.first(.acceptLanguage) ?? ""
        let text = language == "de-CH" ? "de" : language
        return Response.shared(text).with(.vary, "Accept-Language").conditional(on: request)
      }
      for language in ["de", "en"] { _ = try await stage.get("/titles", (.acceptLanguage, language)) }
      let swiss = try await stage.get("/titles", (.acceptLanguage, "de-CH"))
      #expect(swiss.text == "de" && swiss.note.hasPrefix("moviesnow-edge; fwd=vary-miss; fwd-status=304; stored"))
      stage.origin.answer = { request in
        guard request.fields.contains(.ifNoneMatch) else { return Response.shared("fr").with(.vary, "Accept-Language") }
        return Response(.notModified).with(.etag, "\"fr\"")
      }
      #expect(try await stage.get("/titles", (.acceptLanguage, "fr")).text == "fr", "a 304 about none of them")
      let offered = stage.origin.requests[2].fields.all(.ifNoneMatch)
      #expect(offered.count == 1 && offered[0].contains("\"de\"") && offered[0].contains("\"en\""))
      #expect(try await stage.get("/titles", (.acceptLanguage, "DE-ch")).isImmediate)
    }
  }

  @Test func `a 304 about another answer than the one that is kept is not given: all of it is asked for, §4.3.3`()
    throws
  {
    try CacheStage.run { stage in
      stage.origin.answer = { _ in .shared("old", age: 400) }
      _ = try await stage.get("/titles")
      stage.origin.answer = { request in
        guard request.fields.contains(.ifNoneMatch) else { return .shared("new") }
        return Response(.notModified).with(.etag, "\"new\"")
      }
      let answer = try await stage.get("/titles")
      #expect(answer.status == 200 && answer.text == "new" && stage.origin.requests.count == 3)
      #expect(!stage.origin.requests[2].fields.contains(.ifModifiedSince))
    }
  }

  @Test func `a 304 to who has set no condition is the origin's fault, and nobody's answer, RFC 9110 §15.4.5`() throws {
    try CacheStage.run { stage in
      stage.origin.answer = { _ in Response(.notModified).with(.etag, "\"x\"") }
      let validator: (FieldName, String) = (.ifNoneMatch, "\"x\"")
      // The cache asks for all of it, whatever its client has.
      let missed = try await stage.get("/titles", validator)
      #expect(missed.status == 502)
      #expect(try await stage.get("/titles", (.authorization, "Bearer a")).status == 502)
      for method in [Method.head, .post] { #expect(try await stage.send(method, "/titles").status == 502) }
      #expect(try await stage.get("/titles", (.cacheControl, "no-store")).status == 502)
      #expect(try await stage.get("/titles", (.cacheControl, "no-store"), validator).status == 304)
      #expect(stage.cache.store.count == 0)
    }
  }

  @Test func `a 304 to the second question too is none: what is kept serves for as long as it may, else 502`() throws {
    try CacheStage.run { stage in
      for (age, status) in [(100, 200), (400, 502)] {
        stage.origin.answer = { _ in .shared("old", age: age) }
        _ = try await stage.get("/titles?age=\(age)")
        stage.origin.answer = { _ in Response(.notModified).with(.etag, "\"new\"") }
        #expect(try await stage.get("/titles?age=\(age)").status == status)
      }
    }
  }

  @Test func `an answer to credentials is shared where the origin allows it, and is no one else's else, §3.5`() throws {
    try CacheStage.run { stage in
      stage.origin.answer = { request in
        Response.text(.ok, "x").with(.cacheControl, request.path.text == "/ours" ? "public, max-age=9" : "max-age=9")
      }
      for path in ["/ours", "/mine"] { _ = try await stage.get(path, (.authorization, "Bearer a")) }
      #expect(try await stage.get("/ours").isImmediate)
      #expect(try await !stage.get("/mine").isImmediate)
    }
  }

  @Test func `a 304 renews what is not about the content, once each, and leaves the rest, §3.2`() throws {
    try CacheStage.run { stage in
      stage.origin.answer = { _ in .shared("list", age: 400) }
      _ = try await stage.get("/titles")
      stage.origin.answer = { _ in
        Response.shared("list").with(.contentType, "text/plain").with(.contentEncoding, "x").conditional(
          on: Request(.get, "/", fields: [(.ifNoneMatch, "*")]))
      }
      for _ in 0..<2 {
        let answer = try await stage.get("/titles")
        #expect(answer.text == "list" && answer.fields.all(.contentType) == ["application/json"])
        #expect(!answer.fields.contains(.contentEncoding) && answer.fields.count(of: .etag) == 1)
      }
    }
  }

  @Test func `fields that are for the asker alone are not kept, §5.2.2.4`() throws {
    try CacheStage.run { stage in
      stage.origin.answer = { _ in
        Response.text(.ok, "x").with(.cacheControl, "max-age=9").with(.cdnCacheControl, "max-age=9, private=\"x-mine\"")
          .with("x-mine", "1").with("x-all", "2")
      }
      let first = try await stage.get("/titles")
      #expect(first.fields.first("x-mine") == "1" && first.fields.first("x-all") == "2")
      let second = try await stage.get("/titles")
      #expect(second.isImmediate && !second.fields.contains("x-mine") && second.fields.first("x-all") == "2")
    }
  }
}
