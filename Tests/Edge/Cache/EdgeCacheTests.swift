@testable import Edge
import HTTP
import Loop
import Publication
import Signing
import Support
import Testing

@Suite struct `The edge's cache` {
  @Test func `a shared answer is fetched once and then given without waiting, with its age`() throws {
    try CacheStage.run(keys: PublicKeys(["x"])) { stage in
      stage.origin.answer = { _ in .shared("list", age: 3, tags: "titles", reuse: "public-key") }
      let first = try await stage.get("/titles?q=a&api_key=x&page=1")
      #expect(first.text == "list" && first.note == "moviesnow-edge; fwd=uri-miss; stored")
      let second = try await stage.get("/titles?page=1&q=a&api_key=x")
      #expect(second.isImmediate && second.text == "list" && second.age == 3 && second.ttl == 27)
      #expect(stage.origin.requests.count == 1)
      for name: FieldName in [.cdnCacheControl, .cacheTag, .edgeReuse, .age, .xRequestID] {
        #expect(!first.fields.contains(name) && !second.fields.contains(name), "\(name)")
      }
      #expect(second.fields.count(of: .date) == 1 && second.fields.count(of: .via) == 1)
    }
  }

  @Test func `a list that is polled all the time is new once its time is over: a hit adds nothing to it`() throws {
    try CacheStage.run { stage in
      var text = "old"
      stage.origin.answer = { _ in .shared(text, seconds: 1) }
      _ = try await stage.get("/titles")
      text = "new"
      var polls = 0
      try await eventually("the new list is given", on: stage.loop, within: .seconds(3)) {
        polls += 1
        return (try? await stage.get("/titles").text) == "new"
      }
      #expect(polls > 10 && stage.origin.requests.count == 2, "\(polls) polls")
    }
  }

  @Test func `who has the answer gets a 304, without a word to the origin`() throws {
    try CacheStage.run { stage in
      stage.origin.answer = { _ in .shared("list") }
      let missed = try await stage.get("/titles", (.ifNoneMatch, "\"list\""))
      #expect(missed.status == 304 && missed.text.isEmpty)
      let hit = try await stage.get("/titles", (.ifNoneMatch, "\"other\", W/\"list\""))
      #expect(hit.status == 304 && hit.isImmediate && hit.text.isEmpty && hit.fields.first(.etag) == "\"list\"")
      #expect(hit.fields.contains(.cacheControl) && !hit.fields.contains(.contentType))
      #expect(try await stage.get("/titles", (.ifMatch, "\"other\"")).status == 412)
      #expect(!stage.origin.requests[0].fields.contains(.ifNoneMatch))
      #expect(stage.origin.requests.count == 1)
    }
  }

  @Test func `HEAD is answered from what GET has brought`() throws {
    try CacheStage.run { stage in
      stage.origin.answer = { _ in .shared("list") }
      #expect(try await stage.send(.head, "/titles").note == "moviesnow-edge; fwd=uri-miss")
      _ = try await stage.get("/titles")
      let head = try await stage.send(.head, "/titles")
      #expect(head.isImmediate && head.ttl == 30)
    }
  }

  @Test func `a part of a kept answer is given as it is asked for`() throws {
    try CacheStage.run { stage in
      stage.origin.answer = { _ in .shared("0123456789") }
      let missed = try await stage.get("/titles", (.range, "bytes=2-3"))
      #expect(missed.text == "23" && stage.origin.requests[0].fields.contains(.range))
      _ = try await stage.get("/titles")
      let part = try await stage.get("/titles", (.range, "bytes=2-3"))
      #expect(part.status == 206 && part.text == "23" && part.fields.first(.contentRange) == "bytes 2-3/10")
      #expect(try await stage.get("/titles", (.range, "bytes=2-3"), (.ifRange, "\"other\"")).text == "0123456789")
      #expect(try await stage.get("/titles", (.range, "bytes=0-1,5-6")).text == "0123456789")
      let beyond = try await stage.get("/titles", (.range, "bytes=10-"))
      #expect(beyond.status == 416 && beyond.fields.first(.contentRange) == "bytes */10")
      #expect(beyond.isImmediate && beyond.fields.all(.via) == ["1.1 moviesnow-edge"])
    }
  }

  @Test func `many who miss at once cost the origin one request`() throws {
    try CacheStage.run { stage in
      stage.origin.answer = { _ in .shared("list") }
      let answers = await concurrently(20, on: stage.loop) { _ in try? await stage.get("/titles") }
      #expect(answers.allSatisfy { $0?.text == "list" })
      #expect(answers.filter { $0?.note == "moviesnow-edge; fwd=uri-miss; stored; collapsed" }.count == 19)
      #expect(stage.origin.requests.count == 1)
    }
  }

  @Test func `an answer that is one caller's own releases all who wait, and nobody waits there again`() throws {
    try CacheStage.run { stage in
      stage.origin.answer = { request in
        Response.text(.ok, request.fields.first(.cookie) ?? "").with(.cacheControl, "no-store")
      }
      let texts = await concurrently(5, on: stage.loop) { number in
        try? await stage.get("/me", (.cookie, "\(number)")).text
      }
      #expect(texts == ["0", "1", "2", "3", "4"])
      stage.origin.isHeld = true
      let count = stage.origin.requests.count
      var open = 2
      for _ in 0..<2 {
        stage.loop.start {
          _ = try? await stage.get("/me")
          open -= 1
        }
      }
      try await eventually("both are asked for", on: stage.loop) { stage.origin.requests.count == count + 2 }
      stage.origin.isHeld = false
      try await eventually("both are answered", on: stage.loop) { open == 0 }
    }
  }

  @Test func `credentials neither wait for another's answer nor leave one`() throws {
    try CacheStage.run { stage in
      stage.origin.answer = { _ in .shared("list") }
      #expect(try await stage.get("/titles", (.authorization, "Bearer a")).note == "moviesnow-edge; fwd=uri-miss")
      #expect(stage.cache.store.count == 0)
      _ = try await stage.get("/titles")
      #expect(try await stage.get("/titles", (.authorization, "Bearer a")).isImmediate)
    }
  }

  @Test func `two countries never see each other's answer, and none another's`() throws {
    try CacheStage.run { stage in
      stage.origin.answer = { request in .shared(request.fields.first("x-from") ?? "", reuse: "country") }
      func ask(_ country: String?) async throws -> CacheStage.Answer {
        try await stage.get("/schedule", country: country, ("x-from", country ?? "nowhere"))
      }
      let together = await concurrently(6, on: stage.loop) { try? await ask($0.isMultiple(of: 2) ? "DE" : "US").text }
      #expect(together == ["DE", "US", "DE", "US", "DE", "US"])
      #expect(try await ask(nil).text == "nowhere")
      for country in ["DE", "US", nil] {
        let answer = try await ask(country)
        #expect(answer.isImmediate && answer.text == country ?? "nowhere")
        #expect(answer.fields.first(.cacheControl) == "private, max-age=30")
      }
      #expect(stage.origin.requests.count == 3)
    }
  }

  @Test func `the origin is asked for the country that the answer is kept under, though policies change meanwhile`()
    throws
  {
    let identity = EdgeClientSignature(keys: [.init(id: "k", secret: Array("secret".utf8))])
    try CacheStage.run(bond: .own(identity)) { stage in
      stage.origin.answer = { request in
        .shared(request.fields.first(.edgeClient)?.split(separator: ";")[4].description ?? "", reuse: "country")
      }
      for method in [Method.get, .head] {
        // Nobody waits for the answer to credentials: it is asked for as it was decided.
        let request = Request(method, "/schedule", fields: [(.host, "films.example"), (.authorization, "Bearer a")])
        request.client.country = "DE"
        let dispatch = stage.cache.dispatch(request)
        request.client.country = "US"
        _ = try await stage.answer(dispatch, to: request)
        #expect(stage.origin.requests.last?.fields.first(.edgeClient)?.contains(";DE;") == true, "\(method)")
        stage.purge(PurgeNotice([.everything]))
      }
    }
  }

  @Test func `countries of one outcome share an answer, which the origin is asked for once`() throws {
    try CacheStage.run { stage in
      stage.origin.answer = { _ in .shared("schedule", reuse: "country") }
      _ = try await stage.get("/schedule", country: "AT")
      #expect(try await stage.get("/schedule", country: "DE").isImmediate)
      #expect(try await stage.get("/schedule", country: "AT").isImmediate)
      #expect(try await !stage.get("/schedule", country: "US").isImmediate)
      #expect(stage.origin.requests.count == 2)
    }
  }

  @Test func `an answer varies by the fields that Vary names`() throws {
    try CacheStage.run { stage in
      stage.origin.answer = { request in
        Response.shared(request.fields.first("accept-language") ?? "none").with(.vary, "Accept-Language")
      }
      for _ in 0..<2 {
        #expect(try await stage.get("/titles", ("accept-language", "a")).text == "a")
        #expect(try await stage.get("/titles", ("accept-language", "b")).text == "b")
        #expect(try await stage.get("/titles").text == "none")
      }
      #expect(stage.origin.requests.count == 3)
      stage.origin.answer = { _ in Response.shared("x").with(.vary, "*") }
      let unshared = try await stage.get("/other")
      #expect(unshared.note == "moviesnow-edge; fwd=uri-miss")
    }
  }

  @Test func `a successful write outdates its own URL and those that its answer names, RFC 9111 §4.4`() throws {
    try CacheStage.run { stage in
      stage.origin.answer = { request in
        guard request.method == .get else {
          return Response(.created).with(.location, "http://films.example:80/titles/7")
        }
        return .shared("x")
      }
      for target in ["/titles", "/titles/7", "/other"] { _ = try await stage.get(target) }
      let written = try await stage.send(.post, "/titles")
      #expect(written.status == 201 && written.note == "moviesnow-edge; fwd=method")
      #expect(try await !stage.get("/titles").isImmediate)
      #expect(try await !stage.get("/titles/7").isImmediate)
      #expect(try await stage.get("/other").isImmediate)
    }
  }

  @Test func `what is too large is streamed and not kept, whether its length was told or not`() throws {
    var limits = EdgeCache.Limits()
    limits.answer = 10
    try CacheStage.run(limits: limits) { stage in
      let whole = String(repeating: "x", count: 100)
      stage.origin.answer = { _ in .shared(whole) }
      let told = try await stage.get("/told")
      #expect(told.text == whole)
      stage.origin.answer = { _ in
        var response = Response.shared("")
        response.body = .stream(Letters(whole), length: nil)
        return response
      }
      let untold = try await stage.get("/untold")
      #expect(untold.text == whole && untold.note == "moviesnow-edge; fwd=uri-miss")
      #expect(stage.cache.store.count == 0)
    }
  }

  @Test func `a GET with content is none of the cache's business`() throws {
    try CacheStage.run { stage in
      stage.origin.answer = { _ in .shared("list") }
      _ = try await stage.get("/titles")
      let request = Request(.get, "/titles", fields: [(.host, "films.example")], body: [1])
      let answer = try await stage.answer(stage.cache.dispatch(request), to: request)
      #expect(answer.note == "moviesnow-edge; fwd=bypass")
    }
  }

  @Test func `the cache keeps to its bytes`() throws {
    try CacheStage.run(room: 20_000) { stage in
      stage.origin.answer = { _ in .shared(String(repeating: "x", count: 1_000)) }
      for number in 0..<50 { _ = try await stage.get("/titles?page=\(number)") }
      #expect(stage.cache.store.bytes <= 20_000 && stage.cache.store.count > 2)
    }
  }
}

/// Letter by letter.
private final class Letters: BodySource {
  private var rest: Substring
  init(_ text: String) { rest = text[...] }
  func next() async throws -> [UInt8]? { rest.popFirst().map { Array(String($0).utf8) } }
}
