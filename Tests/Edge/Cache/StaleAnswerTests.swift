@testable import Edge
import HTTP
import Loop
import Publication
import Support
import Testing

@Suite struct `Stale answers` {
  @Test func `one is given at once while a newer one is fetched, and asked for only once`() throws {
    try CacheStage.run { stage in
      stage.origin.answer = { _ in .shared("old", age: 40) }
      _ = try await stage.get("/titles")
      stage.origin.isHeld = true
      stage.origin.answer = { _ in .shared("new") }
      for _ in 0..<5 {
        let stale = try await stage.get("/titles")
        #expect(stale.isImmediate && stale.text == "old" && stale.age == 40 && stale.ttl == -10)
      }
      try await eventually("the origin is asked", on: stage.loop) { stage.origin.requests.count == 2 }
      stage.origin.isHeld = false
      try await eventually("the new one is given", on: stage.loop) {
        (try? await stage.get("/titles").text) == "new"
      }
      #expect(stage.origin.requests.count == 2)
      #expect(stage.origin.requests[1].fields.first(.ifNoneMatch) == "\"old\"")
    }
  }

  @Test func `the origin is asked with both validators`() throws {
    try CacheStage.run { stage in
      let date = "Sun, 06 Nov 1994 08:49:37 GMT"
      stage.origin.answer = { _ in Response.shared("list", age: 400).with(.lastModified, date) }
      for _ in 0..<2 { _ = try await stage.get("/titles") }
      let asked = stage.origin.requests[1].fields
      #expect(asked.first(.ifNoneMatch) == "\"list\"" && asked.first(.ifModifiedSince) == date)
    }
  }

  @Test func `a 304 of the origin keeps the body, renews the fields, and makes it fresh again`() throws {
    try CacheStage.run { stage in
      stage.origin.answer = { _ in .shared("list", age: 400, tags: "titles") }
      _ = try await stage.get("/titles")
      stage.origin.answer = { request in
        Response.shared("list", seconds: 20, tags: "titles").with("x-total-count", "8").conditional(on: request)
      }
      let validated = try await stage.get("/titles")
      #expect(validated.text == "list" && validated.note == "moviesnow-edge; fwd=stale; fwd-status=304; stored")
      let hit = try await stage.get("/titles")
      #expect(hit.isImmediate && hit.ttl == 20 && hit.age == 0 && hit.fields.first(.xTotalCount) == "8")
      #expect(hit.fields.contains(.contentType) && hit.fields.count(of: .via) == 1)
      stage.purge("titles")
      #expect(try await !stage.get("/titles").isImmediate)
    }
  }

  @Test func `one that is validated but for its caller alone is given whole, and not kept`() throws {
    try CacheStage.run { stage in
      stage.origin.answer = { _ in .shared("list", age: 400) }
      _ = try await stage.get("/titles")
      stage.origin.answer = { Response.shared("list").with(.cdnCacheControl, "no-store").conditional(on: $0) }
      let own = try await stage.get("/titles")
      #expect(own.status == 200 && own.text == "list" && own.fields.contains(.contentType))
      #expect(stage.cache.store.count == 0)
    }
  }

  @Test func `in the background it is renewed for everyone, with nobody's credentials`() throws {
    try CacheStage.run { stage in
      stage.origin.answer = { _ in .shared("old", age: 40) }
      _ = try await stage.get("/titles")
      stage.origin.answer = { _ in .shared("new") }
      _ = try await stage.get("/titles", (.authorization, "Bearer a"), (.cookie, "a=b"))
      try await eventually("the new one is given", on: stage.loop) { (try? await stage.get("/titles").text) == "new" }
      let asked = stage.origin.requests[1].fields
      #expect(!asked.contains(.authorization) && !asked.contains(.cookie))
    }
  }

  @Test func `a background question that fails is not put again at once`() throws {
    try CacheStage.run { stage in
      stage.origin.answer = { _ in .shared("list", age: 40) }
      _ = try await stage.get("/titles")
      stage.origin.answer = { _ in Problem(.serviceUnavailable).response(instance: .random()) }
      let start = stage.loop.exactNow
      while stage.loop.exactNow < start + .milliseconds(300) {
        #expect(try await stage.get("/titles").text == "list")
        await stage.loop.sleep(for: .milliseconds(5))
      }
      #expect(stage.origin.requests.count == 2)
    }
  }

  @Test func `a failure or a refusal of the moment outdates nothing, nor does what one caller alone has asked`() throws
  {
    try CacheStage.run { stage in
      stage.origin.answer = { _ in .shared("list", age: 400) }
      _ = try await stage.get("/titles")
      for status in [Status.internalServerError, .tooManyRequests] {
        stage.origin.answer = { _ in Problem(status).response(instance: .random()) }
        #expect(try await stage.get("/titles").status == status.code)
      }
      stage.origin.answer = { _ in Response.text(.ok, "own").with(.cacheControl, "private") }
      #expect(try await stage.get("/titles", (.authorization, "Bearer a")).text == "own")
      stage.origin.answer = { Response.shared("list").conditional(on: $0) }
      #expect(try await stage.get("/titles").note == "moviesnow-edge; fwd=stale; fwd-status=304; stored")
    }
  }

  @Test func `with the origin away it serves within its window, and not beyond`() throws {
    try CacheStage.run { stage in
      stage.origin.answer = { $0.path.text == "/within" ? .shared("within", age: 329) : .shared("beyond", age: 331) }
      _ = try await stage.get("/within")
      _ = try await stage.get("/beyond")
      await stage.origin.stop()
      let served = try await stage.get("/within")
      #expect(served.status == 200 && served.text == "within" && served.age == 329)
      #expect(served.note == "moviesnow-edge; fwd=stale; detail=origin-failed")
      #expect(try await stage.get("/within").isImmediate, "the origin is not asked again at once")
      #expect(try await stage.get("/beyond").status == 502)
      try await eventually("the window ends", on: stage.loop) { (try? await stage.get("/within").status) == 502 }
      try stage.origin.start()
      stage.origin.answer = { _ in .shared("back") }
      try await eventually("the origin is asked again", on: stage.loop) {
        (try? await stage.get("/within").text) == "back"
      }
    }
  }

  @Test(arguments: [Status.internalServerError, .badGateway, .serviceUnavailable, .gatewayTimeout])
  func `the origin's own failure is as good as its absence`(status: Status) throws {
    try CacheStage.run { stage in
      stage.origin.answer = { _ in .shared("list", age: 100) }
      _ = try await stage.get("/titles")
      stage.origin.answer = { _ in Problem(status).response(instance: .random()) }
      let answers = await concurrently(3, on: stage.loop) { _ in try? await stage.get("/titles").text }
      #expect(answers == ["list", "list", "list"])
      #expect(stage.origin.requests.count == 2)
      #expect(try await stage.get("/never").status == status.code)
    }
  }

  @Test func `an origin that does not answer is not waited for where a stale answer will do`() throws {
    var limits = EdgeCache.Limits()
    limits.validation = .milliseconds(50)
    try CacheStage.run(limits: limits) { stage in
      stage.origin.answer = { _ in .shared("list", age: 100) }
      _ = try await stage.get("/titles")
      stage.origin.isHeld = true
      let start = stage.loop.now
      #expect(try await stage.get("/titles").text == "list")
      #expect(stage.loop.now - start < .seconds(2))
      stage.origin.isHeld = false
    }
  }

  @Test func `an answer that the origin has withdrawn is gone`() throws {
    try CacheStage.run { stage in
      stage.origin.answer = { _ in .shared("film", age: 100) }
      _ = try await stage.get("/titles/7")
      stage.origin.answer = { _ in Problem(.notFound).response(instance: .random()) }
      #expect(try await stage.get("/titles/7").status == 404)
      let count = stage.origin.requests.count
      stage.origin.answer = { _ in .shared("back") }
      // An error is no reason to let everybody ask for himself.
      _ = await concurrently(3, on: stage.loop) { _ in try? await stage.get("/titles/7") }
      #expect(stage.origin.requests.count == count + 1)
      stage.purge(PurgeNotice([.everything]))
      await stage.origin.stop()
      #expect(try await stage.get("/titles/7").status == 502)
    }
  }
}
