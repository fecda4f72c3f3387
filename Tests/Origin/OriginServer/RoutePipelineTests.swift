import HTTP
import Loop
import Operations
@testable import OriginServer
import Postgres
import Redis
import Routing
import Signing
import Support
import Testing

@Suite struct `A route's rules` {
  struct Body: Codable { let name: String }

  @Test func `an admin route refuses whoever is no admin, has no MFA, or no token, before it reads the body`() throws {
    try withPipeline { pipeline, _ in
      let route = Route(.post, "/admin/things", "Make", Rules(.admin)) { (_, body: Body) in body }
      let statuses = [
        await pipeline.answer(post("not json", token: nil), route).status.code,
        await pipeline.answer(post("not json", token: "user"), route).status.code,
        await pipeline.answer(post("not json", token: "admin-without-mfa"), route).status.code,
        await pipeline.answer(post("not json", token: "admin"), route).status.code,
        await pipeline.answer(post(#"{"name":"x"}"#, token: "admin"), route).status.code,
      ]
      #expect(statuses == [401, 403, 403, 400, 200])
    }
  }

  @Test func `the request beyond the limit is a 429 that says when to come back, for this caller alone`() throws {
    try withPipeline { pipeline, _ in
      let route = Route(.post, "/limited", "Try", Rules(.user, limit: .perMinute(2))) { _ in Nothing() }
      var statuses: [UInt16] = []
      for _ in 0..<3 { statuses.append(await pipeline.answer(post("", token: "user"), route).status.code) }
      #expect(statuses == [200, 200, 429])
      let refused = await pipeline.answer(post("", token: "user"), route)
      #expect((refused.fields.first(.retryAfter).flatMap { Int($0) }).map { (1...60).contains($0) } == true)
      #expect(await pipeline.answer(post("", token: "admin"), route).status == .ok)
    }
  }

  @Test func `a limit without a user is one for all addresses that a subscriber has`() throws {
    try withPipeline { pipeline, _ in
      let route = Route(.post, "/limited", "Try", Rules(.anyone, limit: .perMinute(1))) { _ in Nothing() }
      var statuses: [UInt16] = []
      for address in ["2001:db8::1", "2001:db8::2", "2001:db8:0:1::1"] {
        let request = post("", token: nil)
        request.client = ClientIdentity(address: IPAddress(address)!)
        statuses.append(await pipeline.answer(request, route).status.code)
      }
      #expect(statuses == [200, 429, 200])
    }
  }

  @Test func `a repeated key gives the first answer; another body or path is a 422, another caller is free`() throws {
    try withPipeline { pipeline, _ in
      var made = 0
      let rules = Rules(.user, idempotency: .seconds(600))
      let route = Route(.post, "/things", "Make", rules, success: .created) { (_, body: Body) in
        made += 1
        return ["number": made]
      }
      let first = await pipeline.answer(post(#"{"name":"a"}"#, token: "user", key: "k"), route)
      let again = await pipeline.answer(post(#"{"name":"a"}"#, token: "user", key: "k"), route)
      #expect(first.status == .created && again.status == .created)
      #expect(text(first) == text(again) && made == 1)
      #expect(await pipeline.answer(post(#"{"name":"b"}"#, token: "user", key: "k"), route).status.code == 422)
      let elsewhere = post(#"{"name":"a"}"#, token: "user", key: "k", path: "/y")
      #expect(await pipeline.answer(elsewhere, route).status.code == 422)
      #expect(await pipeline.answer(post(#"{"name":"a"}"#, token: "admin", key: "k"), route).status == .created)
      #expect(made == 2)
    }
  }

  @Test func `a failed request leaves its key free`() throws {
    try withPipeline { pipeline, _ in
      var attempts = 0
      let route = Route(.post, "/things", "Make", Rules(.user, idempotency: .seconds(600))) { _ in
        attempts += 1
        if attempts == 1 { throw Problem(.serviceUnavailable) }
        return ["attempt": attempts]
      }
      #expect(await pipeline.answer(post("", token: "user", key: "k"), route).status == .serviceUnavailable)
      #expect(await pipeline.answer(post("", token: "user", key: "k"), route).status == .ok)
    }
  }

  @Test(arguments: [Status.ok, .serviceUnavailable])
  func `a request that outlived its claim on a key leaves it to whoever has it now`(_ status: Status) throws {
    try withPipeline { pipeline, _ in
      let redis = pipeline.lock.redis
      var name = ""
      let route = Route(.post, "/things", "Make", Rules(.user, idempotency: .seconds(600))) { _ in
        name = try await redis.send("KEYS", "idemp:*").array?.first?.text ?? ""
        try await redis.send("SET", name, "another's")
        guard status == .ok else { throw Problem(status) }
        return Nothing()
      }
      #expect(await pipeline.answer(post("", token: "user", key: "k"), route).status == status)
      let kept = try await redis.send("GET", name).text
      #expect(kept == "another's")
    }
  }

  @Test func `an answer that comes after its claim has ended is kept all the same`() throws {
    try withPipeline { pipeline, _ in
      var made = 0
      let route = Route(.post, "/things", "Make", Rules(.user, idempotency: .seconds(600))) { _ in
        made += 1
        try await pipeline.lock.redis.send("FLUSHALL")
        return ["number": made]
      }
      for _ in 0..<2 {
        #expect(text(await pipeline.answer(post("", token: "user", key: "k"), route)) == #"{"number":1}"#)
      }
    }
  }

  @Test func `a lock is given back only by whoever holds it`() throws {
    try withPipeline { pipeline, _ in
      let redis = pipeline.lock.redis
      try await pipeline.lock.holding("one") { _ = try await redis.send("SET", "one", "another's") }
      #expect(try await redis.send("GET", "one").text == "another's")
      try await redis.send("DEL", "one")
      try await pipeline.lock.holding("one") {}
      #expect(try await redis.send("GET", "one").isNull)
    }
  }

  @Test func `two writes of one thing do not run at once, writes of two things do`() throws {
    try withPipeline { pipeline, loop in
      var running = 0
      var most = 0
      let rules = Rules(.user, lock: "things:{id}")
      let route = Route(.post, "/things/{id}", "Change", rules) { _ in
        running += 1
        most = max(most, running)
        await loop.sleep(for: .milliseconds(20))
        running -= 1
        return Nothing()
      }
      var router = Router<Route>()
      router.add(.post, route.pattern, route)
      func change(_ id: String) async -> UInt16 {
        let request = post("", token: "user", path: "/things/\(id)")
        _ = router.match(request)
        return await pipeline.answer(request, route).status.code
      }
      #expect(await together(loop, [{ await change("a") }, { await change("a") }]).sorted() == [200, 409])
      #expect(most == 1)
      #expect(await together(loop, [{ await change("a") }, { await change("b") }]) == [200, 200])
      #expect(most == 2)
    }
  }

  @Test func `a shared answer has a strong ETag, and a client that has it gets an empty 304`() throws {
    try withPipeline { pipeline, _ in
      let rules = Rules(.anyone, caching: .shared(maxAge: .seconds(30)))
      let route = Route(.get, "/list", "List", rules) { _ in ["a": 1] }
      let first = await pipeline.answer(Request(.get, "/list"), route)
      let tag = try #require(first.fields.first(.etag))
      #expect(tag.hasPrefix("\"") && tag.count == 66)
      #expect(first.fields.first(.cacheControl) == "public, max-age=30, stale-while-revalidate=60, stale-if-error=300")
      let second = await pipeline.answer(
        Request(.get, "/list", fields: [(.ifNoneMatch, "\"x\", W/\(tag)")]), route)
      #expect(second.status == .notModified && second.body.length == 0 && second.fields.first(.etag) == tag)
    }
  }

  @Test func `an answer that will be outdated sooner than its route says is fresh only so long`() throws {
    try withPipeline { pipeline, _ in
      let rules = Rules(.anyone, caching: .shared(maxAge: .seconds(600)))
      let route = Route(.get, "/list", "List", rules) { call in
        call.reply.freshness = .seconds(90)
        return ["a": 1]
      }
      let answer = await pipeline.answer(Request(.get, "/list"), route)
      let windows = "max-age=90, stale-while-revalidate=0, stale-if-error=300"
      #expect(answer.fields.first(.cacheControl) == "public, \(windows)")
      #expect(answer.fields.first(.cdnCacheControl) == windows)
    }
  }

  @Test func `nor is it given for longer while a newer one is fetched`() throws {
    try withPipeline { pipeline, _ in
      let route = Route(.get, "/list", "List", Rules(.anyone, caching: .shared(maxAge: .seconds(30)))) { call in
        call.reply.freshness = .seconds(45)
        return ["a": 1]
      }
      let answer = await pipeline.answer(Request(.get, "/list"), route)
      #expect(answer.fields.first(.cdnCacheControl) == "max-age=30, stale-while-revalidate=15, stale-if-error=300")
    }
  }

  @Test func `a weak ETag that the handler made is kept, and matches`() throws {
    try withPipeline { pipeline, _ in
      let rules = Rules(.anyone, caching: .shared(maxAge: .seconds(30)))
      let route = Route(.get, "/list", "List", rules) { call in
        call.reply.fields.set(.etag, "W/\"a\"")
        return ["a": 1]
      }
      #expect(await pipeline.answer(Request(.get, "/list"), route).fields.first(.etag) == "W/\"a\"")
      for (tag, status) in [
        ("W/\"a\"", Status.notModified), ("\"a\"", .notModified), ("*", .notModified), ("\"b\"", .ok),
      ] {
        let answer = await pipeline.answer(Request(.get, "/list", fields: [(.ifNoneMatch, tag)]), route)
        #expect(answer.status == status)
      }
    }
  }

  @Test func `a shared answer tells the edge its tags, and to whom it may be given again`() throws {
    try withPipeline(keys: PublicKeys(["k"])) { pipeline, _ in
      let rules = Rules(.publicKey, caching: .shared(maxAge: .seconds(30), variesByCountry: true))
      let route = Route(.get, "/list", "List", rules) { call in
        call.reply.tags = ["titles", "title:7"]
        return ["a": 1]
      }
      #expect(await pipeline.answer(Request(.get, "/list"), route).status == .unauthorized)
      let answer = await pipeline.answer(Request(.get, "/list?api_key=k"), route)
      #expect(answer.fields.first(.cacheTag) == "titles, title:7")
      #expect(answer.fields.first(.edgeReuse) == "public-key, country")
      #expect(answer.fields.first(.cacheControl) == "private, max-age=30")
      #expect(
        answer.fields.first(.cdnCacheControl) == "max-age=30, stale-while-revalidate=60, stale-if-error=300")
    }
  }

  @Test func `with Redis away reads and limits go on, and what needs a lock is a 503`() throws {
    try withPipeline { pipeline, _ in
      let open = Route(.get, "/open", "Read", Rules(.user, limit: .perMinute(1))) { _ in Nothing() }
      let locked = Route(.post, "/locked", "Change", Rules(.user, lock: "one")) { _ in Nothing() }
      pipeline.lock.redis.close()
      #expect(await pipeline.answer(post("", token: "user"), open).status == .ok)
      #expect(await pipeline.answer(post("", token: "user"), locked).status == .serviceUnavailable)
    }
  }

  @Test func `a dependency that is away or busy is a neutral 503, any other error a neutral 500`() throws {
    try withPipeline { pipeline, _ in
      let errors: [any Error] = [
        PostgresError.unavailable(reason: "no route to db7"), PostgresError.disconnected(sent: true),
        PostgresError.overloaded, RedisError.connectionLost, RedisError.overloaded,
        PostgresError.undecodable(column: "db7", expected: "Int"),
      ]
      for (error, status) in zip(errors, [503, 503, 503, 503, 503, 500] as [UInt16]) {
        let route = Route(.get, "/x", "Fail", Rules(.anyone)) { _ -> Nothing in throw error }
        let answer = await pipeline.answer(Request(.get, "/x"), route)
        #expect(answer.status.code == status && answer.fields.contains(.retryAfter) == (status == 503))
        #expect(!text(answer).contains("db7") && answer.fields.first(.contentType) == "application/problem+json")
      }
    }
  }

  @Test func `a text that no database holds is the client's mistake`() throws {
    try withPipeline { pipeline, _ in
      let route = Route(.get, "/x", "Fail", Rules(.anyone)) { _ -> Nothing in throw PostgresError.unencodable }
      #expect(await pipeline.answer(Request(.get, "/x"), route).status == .unprocessableContent)
    }
  }

  @Test func `an answer to a limited route says what is left, and for how long`() throws {
    try withPipeline { pipeline, _ in
      let route = Route(.post, "/limited", "Try", Rules(.user, limit: .perMinute(1))) { _ in Nothing() }
      let first = await pipeline.answer(post("", token: "user"), route)
      #expect(first.fields.first(.rateLimitPolicy) == "\"default\";q=1;w=60")
      #expect(first.fields.first(.rateLimit) == "\"default\";r=0;t=60")
      let second = await pipeline.answer(post("", token: "user"), route)
      #expect(text(second).contains("http-problem-types#quota-exceeded") && second.fields.contains(.rateLimit))
    }
  }

  @Test func `a replayed answer has its fields, and neither it nor the password that it took lies in Redis`() throws {
    try withPipeline { pipeline, _ in
      let rules = Rules(.anyone, idempotency: .seconds(600))
      let route = Route(.post, "/signup", "Sign up", rules, success: .created) { (call, _: Body) in
        call.reply.fields.append(.setCookie, "refresh_token=secret-token")
        return ["access_token": "secret-token"]
      }
      let first = await pipeline.answer(post(#"{"name":"hunter2"}"#, token: nil, key: "k"), route)
      let again = await pipeline.answer(post(#"{"name":"hunter2"}"#, token: nil, key: "k"), route)
      #expect(again.status == .created && again.fields.all(.setCookie) == first.fields.all(.setCookie))
      #expect(text(again) == text(first))
      let redis = pipeline.lock.redis
      let key = try #require(try await redis.send("KEYS", "idemp:*").array?.first?.text)
      let kept = try #require(try await redis.send("GET", key).text)
      #expect(!kept.contains("secret-token") && !kept.contains("hunter2"))
      #expect(try await redis.send("TTL", key).integer.map { (599...600).contains($0) } == true)
    }
  }

  @Test func `an answer without content is replayed too`() throws {
    try withPipeline { pipeline, _ in
      let rules = Rules(.user, idempotency: .seconds(600))
      let route = Route(.post, "/x", "Act", rules, success: .noContent) { _ in Nothing() }
      for _ in 0..<2 {
        #expect(await pipeline.answer(post("", token: "user", key: "k"), route).status == .noContent)
      }
    }
  }

  @Test func `what was done and what was refused to this caller is audited once, a replay and a bad body are not`()
    throws
  {
    var events: [AuditEvent] = []
    try withPipeline(audit: { events.append($0) }) { pipeline, _ in
      let rules = Rules(.user, idempotency: .seconds(600), audit: "THING_MADE")
      let route = Route(.post, "/things", "Make", rules) { (call, body: Body) in
        if body.name == "forbidden" { throw Problem(.forbidden) }
        call.auditDetails = ["name": body.name]
        return body
      }
      for body in [#"{"name":"a"}"#, #"{"name":"a"}"#, "{", #"{"name":"forbidden"}"#] {
        _ = await pipeline.answer(post(body, token: "user", key: String(body.utf8.count)), route)
      }
      #expect(events.map(\.status.code) == [200, 403])
      #expect(events[0].action == "THING_MADE" && events[0].actorId == "user" && events[0].details == ["name": "a"])
    }
  }

  @Test func `with Redis away a try at an account is refused, unless the settings say otherwise`() throws {
    try withPipeline { pipeline, _ in
      pipeline.lock.redis.close()
      let closed = pipeline.limiter
      await #expect(throws: Problem.self) { try await closed.admit(attempt: "login:email:x", .perMinute(5)) }
      let open = RateLimiter(redis: pipeline.lock.redis, attemptsFailOpen: true)
      try await open.admit(attempt: "login:email:x", .perMinute(5))
    }
  }

  @Test func `tries at one account count together, whoever makes them`() throws {
    try withPipeline { pipeline, _ in
      let limiter = pipeline.limiter
      for _ in 0..<5 { try await limiter.admit(attempt: "login:email:x", .perMinute(5)) }
      await #expect(throws: Problem.self) { try await limiter.admit(attempt: "login:email:x", .perMinute(5)) }
      try await limiter.admit(attempt: "login:email:y", .perMinute(5))
    }
  }

  // MARK: Help

  private func withPipeline(
    keys: PublicKeys = PublicKeys(), audit: @escaping (AuditEvent) -> Void = { _ in },
    _ body: @escaping (RoutePipeline, EventLoop) async throws -> Void
  ) throws {
    let loop = EventLoop()
    try loop.run {
      try await PrivateRedis.run(on: loop) { server in
        let redis = RedisClient(loop: loop, url: try RedisURL(server.url))
        defer { redis.close() }
        let access = AccessGuard(publicKeys: keys) { token in
          guard ["user", "admin", "admin-without-mfa"].contains(token) else { throw Problem(.unauthorized) }
          return Caller(
            userId: token, email: "a@example.test", role: token == "user" ? .user : .admin,
            hasMFA: token != "admin-without-mfa", sessionId: nil, tokenId: "t")
        }
        try await body(
          RoutePipeline(
            access: access, limiter: RateLimiter(redis: redis, attemptsFailOpen: false),
            idempotency: IdempotencyStore(redis: redis, secret: Array("a secret of the server".utf8)),
            lock: RequestLock(redis: redis), audit: audit, purge: { _ in }), loop)
      }
    }
  }

  private func post(_ body: String, token: String?, key: String? = nil, path: String = "/x") -> Request {
    var fields: [(FieldName, String)] = []
    if let token { fields.append((.authorization, "Bearer \(token)")) }
    if let key { fields.append((.idempotencyKey, key)) }
    return Request(.post, path, fields: fields, body: Array(body.utf8))
  }

  /// Runs all at once and gives their results in order.
  private func together(_ loop: EventLoop, _ works: [() async -> UInt16]) async -> [UInt16] {
    await concurrently(works.count, on: loop) { await works[$0]() }
  }

  private func text(_ response: Response) -> String {
    guard case .bytes(let bytes) = response.body else { return "" }
    return String(decoding: bytes, as: UTF8.self)
  }
}
