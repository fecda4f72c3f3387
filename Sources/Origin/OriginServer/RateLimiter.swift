internal import HTTP
internal import Redis
internal import Routing

/// Counts requests per route and caller in Redis, so that all workers and machines share one count.
struct RateLimiter {
  let redis: RedisClient

  /// One step: two requests cannot both be the last one allowed, and a counter cannot lose its end.
  private static let count = RedisScript(
    """
    local used = redis.call('INCR', KEYS[1])
    if used == 1 then redis.call('PEXPIRE', KEYS[1], ARGV[1]) end
    return {used, redis.call('PTTL', KEYS[1])}
    """)

  /// - Throws: `Problem` 429 with Retry-After. With Redis away requests pass: a limit protects, it does not authorise.
  func admit(_ route: Route, _ identity: String) async throws(Problem) {
    guard let limit = route.rules.limit else { return }
    let windowMs = Int(limit.window / .milliseconds(1))
    let key = "rate-limit:\(route.method):\(route.pattern):\(identity)"
    guard
      let reply = try? await redis.run(Self.count, keys: [key], arguments: [windowMs]).array,
      let used = reply.first?.integer, let remainingMs = reply.last?.integer
    else { return }
    guard used > limit.count else { return }
    let seconds = max(1, (remainingMs + 999) / 1000)
    throw Problem(.tooManyRequests, "Rate limit exceeded: \(limit.count) per \(windowMs / 1000) s")
      .with(.retryAfter, String(seconds))
  }
}
