internal import HTTP
internal import Redis
internal import Routing

/// Counts requests in Redis, so that all workers and machines share one count.
struct RateLimiter {
  let redis: RedisClient
  /// Tries at a secret go on uncounted while Redis is away.
  let attemptsFailOpen: Bool

  /// One step: two requests cannot both be the last one allowed, and a counter cannot lose its end.
  private static let count = RedisScript(
    """
    local used = redis.call('INCR', KEYS[1])
    if used == 1 then redis.call('PEXPIRE', KEYS[1], ARGV[1]) end
    return {used, redis.call('PTTL', KEYS[1])}
    """)

  /// A caller's request of a route. With Redis away it passes, uncounted: the limit protects, it does not authorise.
  /// - Throws: `Problem` 429 with Retry-After.
  func admit(_ route: Route, _ identity: String) async throws(Problem) -> RateLimitStanding? {
    guard let limit = route.rules.limit else { return nil }
    guard let standing = await standing("\(route.method):\(route.pattern):\(identity)", limit) else { return nil }
    guard standing.isWithin else {
      throw standing.refusal()
    }
    return standing
  }

  /// A try at something that could be guessed, such as one account's password, whoever makes it.
  /// - Throws: `Problem` 429 with Retry-After; 503 when nobody can count.
  func admit(attempt name: String, _ limit: RateLimit) async throws(Problem) {
    guard let standing = await standing(name, limit) else {
      if attemptsFailOpen { return }
      throw .busy
    }
    guard standing.isWithin else {
      throw standing.refusal()
    }
  }

  private func standing(_ name: String, _ limit: RateLimit) async -> RateLimitStanding? {
    let windowMs = Int(limit.window / .milliseconds(1))
    guard
      let reply = try? await redis.run(
        ScriptCall(Self.count, keys: ["rate-limit:\(name)"], arguments: [windowMs])
      ).array,
      let used = reply.first?.integer, let remainingMs = reply.last?.integer
    else { return nil }
    return RateLimitStanding(
      "default", quota: limit.count, windowSeconds: windowMs / 1000, used: Int(used),
      resetSeconds: Int(max(1, (remainingMs + 999) / 1000)))
  }
}
