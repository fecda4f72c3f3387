import FoundationEssentials
import HTTP
import Loop
@testable import OriginServer
import Routing
import Settings
import Support
import Testing

/// Walks every declared route, so that a rule that was forgotten is found when it is, not when it is needed.
@Suite struct `The route table` {
  @Test func `holds no route that lacks a rule of its kind`() throws {
    let routes = try Self.routes()
    #expect(routes.count > 20)
    #expect(routes.flatMap { lacks($0) } == [])
  }

  @Test func `of an admin without its rules is found out`() {
    let bare = Route(.post, "/api/v1/admin/titles/{title_id}/burn", "Burn", Rules(.user)) { _ in Nothing() }
    #expect(
      lacks(bare).map { $0.drop { $0 != ":" }.dropFirst(2) } == [
        "an admin's role with MFA", "a rate limit", "no-store", "an Idempotency-Key", "a lock", "an audit event",
      ])
    let blind = Route(
      .patch, "/api/v1/admin/titles/{title_id}", "Change",
      .adminWrite("X", limit: .perMinute(1), lock: "lock:titles:{id}")
    ) { _ in Nothing() }
    #expect(lacks(blind).count == 1)
  }

  @Test func `and the document of the API list the same routes`() async throws {
    let all = try Self.routes()
    let apart: Set = ["/internal/publication", "/openapi.json", "/docs", "/docs/page.css", "/docs/page.js"]
    let route = try #require(all.first { $0.pattern == "/openapi.json" })
    let document = try await route.answer(Call(Request(.get, "/openapi.json"), caller: nil)).text
    let paths = try JSONDecoder().decode(Document.self, from: Data(document.utf8)).paths
    let listed = paths.flatMap { path, methods in methods.keys.map { "\($0.uppercased()) \(path)" } }
    let declared = all.filter { !apart.contains($0.pattern) }.map { "\($0.method.rawValue) \($0.pattern)" }
    #expect(listed.sorted() == declared.sorted())
  }

  /// What the route should have and has not.
  private func lacks(_ route: Route) -> [String] {
    let rules = route.rules
    let isAdmins = route.pattern.hasPrefix("/api/v1/admin/") || rules.access == .admin
    let isWrite = !route.method.isSafe
    var missing: [String] = []
    func require(_ isThere: Bool, _ what: String) {
      if !isThere { missing.append("\(route.method.rawValue) \(route.pattern): \(what)") }
    }
    if isAdmins { require(rules.access == .admin, "an admin's role with MFA") }
    if isAdmins || rules.access == .user || route.pattern.hasPrefix("/api/v1/auth/") {
      require(rules.limit != nil, "a rate limit")
      require(rules.caching == .noStore, "no-store")
    }
    if isAdmins, isWrite {
      require(rules.idempotency != nil, "an Idempotency-Key")
      // A token that is minted is a new thing, which nobody else can name yet.
      require(rules.lock != nil || route.pattern == "/api/v1/delivery/mint-token", "a lock")
      require(rules.audit != nil, "an audit event")
    }
    for capture in captures(of: rules.lock ?? "") {
      require(captures(of: route.pattern).contains(capture), "the \(capture) that its lock names")
    }
    return missing
  }

  private func captures(of pattern: String) -> [Substring] {
    pattern.split(separator: "{").dropFirst().map { $0.prefix { $0 != "}" } }
  }

  /// As the origin composes them; no dependency needs to be there for that.
  static func routes() throws -> [Route] {
    let reader = SettingsReader(environment: [
      "ORIGIN_LISTEN": "127.0.0.1:0", "REDIS_URL": "unix:///nowhere/redis.sock",
      "DATABASE_URL": "postgresql:///films?host=/nowhere", "JWT_SECRET_KEY": String(repeating: "k", count: 32),
      "AWS_BUCKET_NAME": "films", "AWS_ACCESS_KEY_ID": "key", "AWS_SECRET_ACCESS_KEY": "secret",
      "ENABLE_DOCS": "1",
    ])
    let settings = try #require(OriginSettings(reader), "\(reader.problems)")
    let loop = EventLoop()
    return try loop.run {
      let origin = try Origin(
        settings, decide: { _ in preconditionFailure("no token is minted") }, listeningOn: [], on: loop)
      await origin.stop()
      return origin.routes
    }
  }
}

/// As far as the test reads it.
private struct Document: Decodable {
  let paths: [String: [String: Operation]]

  struct Operation: Decodable {}
}
