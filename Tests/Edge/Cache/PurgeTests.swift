@testable import Edge
import HTTP
import Loop
import Publication
import Redis
import Support
import Testing

@Suite struct `Purges` {
  @Test func `a tag takes its answers with it, every variant, and leaves the others`() throws {
    try CacheStage.run { stage in
      stage.origin.answer = { request in
        switch request.path.text {
        case "/titles": .shared("list", tags: "titles, title:7")
        case "/schedule": .shared("schedule", tags: "schedule", reuse: "country")
        default: .shared("bundles", tags: "bundles:7")
        }
      }
      func hits(_ targets: String..., from country: String = "DE") async throws -> [Bool] {
        var hits: [Bool] = []
        for target in targets { hits.append(try await stage.get(target, country: country).isImmediate) }
        return hits
      }
      for country in ["DE", "US"] { _ = try await hits("/titles", "/schedule", "/bundles", from: country) }
      stage.purge("schedule,unknown")
      #expect(try await hits("/titles", "/bundles", "/schedule") == [true, true, false])
      #expect(try await hits("/schedule", from: "US") == [false])
      stage.purge("title:7")
      #expect(try await hits("/titles", "/bundles", "/schedule") == [false, true, true])
    }
  }

  @Test func `an answer that was asked for before a purge is neither kept nor given to who comes after it`() throws {
    try CacheStage.run { stage in
      stage.origin.answer = { _ in .shared("old", tags: "titles") }
      stage.origin.isHeld = true
      var first: String?
      stage.loop.start {
        let answer = try? await stage.get("/titles")
        #expect(answer?.note == "moviesnow-edge; fwd=uri-miss")
        first = answer?.text
      }
      try await eventually("the origin is asked", on: stage.loop) { stage.origin.requests.count == 1 }
      stage.purge("titles")
      stage.origin.answer = { _ in .shared("new", tags: "titles") }
      var second: String?
      stage.loop.start { second = try? await stage.get("/titles").text }
      try await eventually("it is asked again", on: stage.loop) { stage.origin.requests.count == 2 }
      stage.origin.isHeld = false
      try await eventually("both are answered", on: stage.loop) { first != nil && second != nil }
      #expect(first == "old" && second == "new")
      #expect(try await stage.get("/titles").text == "new")
    }
  }

  @Test func `without sight of the purges everything is validated before it is given`() throws {
    try CacheStage.run { stage in
      stage.origin.answer = { Response.shared("list").conditional(on: $0) }
      _ = try await stage.get("/titles")
      stage.cache.hear(.away)
      #expect(try await stage.get("/titles").note == "moviesnow-edge; fwd=stale; fwd-status=304; stored")
      #expect(try await !stage.get("/titles").isImmediate)
      await stage.origin.stop()
      #expect(try await stage.get("/titles").text == "list", "with the origin away too, it is the best there is")
      try stage.origin.start()
      await stage.catchUp()
      #expect(try await stage.get("/titles").isImmediate)
    }
  }

  @Test func `after purges were missed nothing is left of what was kept`() throws {
    try CacheStage.run { stage in
      stage.origin.answer = { Response.shared("list").conditional(on: $0) }
      _ = try await stage.get("/titles")
      stage.cache.hear(.away)
      stage.cache.hear(.missed(stream: "edge:purges"))
      #expect(stage.cache.store.count == 0)
      await stage.catchUp()
      #expect(try await stage.get("/titles").note == "moviesnow-edge; fwd=uri-miss; stored")
      #expect(try await stage.get("/titles").isImmediate)
    }
  }

  @Test func `a soft purge makes stale at once what is still good while a newer one is fetched`() throws {
    try CacheStage.run { stage in
      stage.origin.answer = { _ in .shared("old", tags: "titles") }
      _ = try await stage.get("/titles")
      stage.purge("titles", softly: true)
      stage.origin.answer = { _ in .shared("new", tags: "titles") }
      let stale = try await stage.get("/titles")
      #expect(stale.isImmediate && stale.text == "old" && (stale.ttl ?? 1) <= 0)
      try await eventually("the newer one is there", on: stage.loop) {
        (try? await stage.get("/titles").text) == "new"
      }
    }
  }

  @Test func `after a soft purge an answer without windows of staleness is validated before it is given`() throws {
    try CacheStage.run { stage in
      stage.origin.answer = { request in
        Response.shared("list").with(.cdnCacheControl, "max-age=30").conditional(on: request)
      }
      _ = try await stage.get("/titles")
      stage.purge(PurgeNotice([.url("https://films.example/titles")], isSoft: true))
      #expect(try await stage.get("/titles").note == "moviesnow-edge; fwd=stale; fwd-status=304; stored")
      #expect(try await stage.get("/titles").isImmediate)
    }
  }

  @Test func `a URL goes with all its variants and no other; everything leaves nothing`() throws {
    try CacheStage.run { stage in
      stage.origin.answer = { _ in .shared("x", reuse: "country") }
      for country in ["DE", "US"] { _ = try await stage.get("/schedule?b=2&a=1", country: country) }
      _ = try await stage.get("/schedule", country: "DE")
      #expect(stage.cache.store.count == 3)
      stage.purge(PurgeNotice([.url("/schedule?a=1&b=2")]))
      #expect(stage.cache.store.count == 1)
      #expect(try await stage.get("/schedule", country: "DE").isImmediate)
      stage.purge(PurgeNotice([.everything]))
      #expect(stage.cache.store.count == 0)
    }
  }

  @Test func `a prefix takes all URLs that begin so, before a stranger those of its host, and no other`() throws {
    try CacheStage.run { stage in
      stage.origin.answer = { _ in .shared("x", reuse: "country") }
      for target in ["/films/1", "/films/2?a=1", "/film", "/series/1"] {
        _ = try await stage.get(target, country: "DE")
      }
      stage.purge(PurgeNotice([.prefix("/films/")]))
      #expect(stage.cache.store.count == 2)
      #expect(try await stage.get("/film", country: "DE").isImmediate)
      stage.purge(PurgeNotice([.prefix("https://films.example/s")]))
      #expect(try await !stage.get("/series/1", country: "DE").isImmediate)
    }
    let request = { host in Request(.get, "/films/", fields: [(.host, host)]) }
    var keys = CacheKeyWriter(.stranger)
    let asked = keys.key(of: Request(.get, "/films/1", fields: [(.host, "A.example")]))
    let key = try #require(asked)
    #expect(URLPrefix(request("a.example")).covers(key) && URLPrefix(Request(.get, "/films/")).covers(key))
    #expect(!URLPrefix(request("b.example")).covers(key))
  }

  @Test func `an answer that was asked for before the purge of a prefix is not kept`() throws {
    try CacheStage.run { stage in
      stage.origin.answer = { _ in .shared("old") }
      stage.origin.isHeld = true
      var answers = 0
      for target in ["/films/1", "/series/1"] {
        stage.loop.start {
          _ = try? await stage.get(target)
          answers += 1
        }
      }
      try await eventually("the origin is asked", on: stage.loop) { stage.origin.requests.count == 2 }
      stage.purge(PurgeNotice([.prefix("/films")]))
      stage.origin.isHeld = false
      try await eventually("both are answered", on: stage.loop) { answers == 2 }
      #expect(stage.cache.store.count == 1)
      #expect(try await stage.get("/series/1").isImmediate)
    }
  }

  @Test func `a purge that another worker has obeyed already takes nothing that was kept since`() throws {
    try CacheStage.run { stage in
      stage.origin.answer = { _ in .shared("list", tags: "titles") }
      stage.purge("titles")
      _ = try await stage.get("/titles")
      let entry = StreamEntry(id: "1-0", fields: PurgeNotice([.tag("titles")]).fields)
      stage.cache.hear(.entry(entry, stream: PurgeNotice.stream))
      #expect(try await stage.get("/titles").isImmediate)
    }
  }

  @Test func `what was kept before the stream was first read may have been purged before`() throws {
    try CacheStage.run(follows: false) { stage in
      stage.origin.answer = { Response.shared("list").conditional(on: $0) }
      _ = try await stage.get("/titles")
      await stage.catchUp()
      #expect(try await !stage.get("/titles").isImmediate)
      #expect(try await stage.get("/titles").isImmediate)
    }
  }

  @Test func `a notice on the stream of a real Redis is obeyed, across its restart too`() throws {
    try CacheStage.run(follows: false) { stage in
      try await PrivateRedis.run(on: stage.loop) { server in
        let url = try RedisURL(server.url)
        let follower = StreamFollower(on: stage.loop, url: url, streams: [("edge:purges", .newest)]) {
          stage.cache.hear($0)
        }
        defer { follower.close() }
        let redis = RedisClient(loop: stage.loop, url: url)
        defer { redis.close() }
        stage.origin.answer = { request in
          let name = String(request.path.text.dropFirst())
          return .shared(name, tags: name)
        }
        func cached(_ target: String) async throws {
          try await eventually("\(target) is a hit", on: stage.loop) {
            (try? await stage.get(target).isImmediate) == true
          }
        }
        try await cached("/titles")
        try await cached("/bundles")
        try await redis.send("XADD", "edge:purges", "*", "tags", "titles,x")
        try await eventually("it is purged", on: stage.loop, within: .seconds(1)) {
          stage.cache.store.count == 1
        }
        try await cached("/titles")
        await server.kill()
        try await eventually("nothing is trusted", on: stage.loop) {
          (try? await stage.get("/titles").isImmediate) == false
        }
        try await server.start()
        try await eventually("Redis is back", on: stage.loop) {
          (try? await redis.send("XADD", "edge:purges", "*", "tags", "titles")) != nil
        }
        try await cached("/titles")
        try await cached("/bundles")
      }
    }
  }
}
