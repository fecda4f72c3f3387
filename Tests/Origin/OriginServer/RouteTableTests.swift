import HTTP
import Loop
@testable import OriginServer
import Routing
import Settings
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
    ])
    let settings = try #require(OriginSettings(reader), "\(reader.problems)")
    let loop = EventLoop()
    return try loop.run {
      let origin = try Origin(settings, policies: { preconditionFailure("no token is minted") }, on: loop)
      await origin.stop()
      return origin.routes
    }
  }
}
