package import HTTP
package import Observability
package import Publication
package import Redis
internal import Signing

/// How many URLs one client address may be issued a day, per keyspace, counted in Redis until midnight UTC.
///
/// A quota refuses once it is exhausted and counts only what was issued: requests that run at the same moment can
/// overshoot it by their number. With Redis away it does not refuse: it protects bandwidth, it does not authorise.
package struct DailyQuota {
  package struct Limits: Sendable {
    /// `DELIVERY_DAILY_IP_QUOTA_BUNDLES`
    package var bundles = 200
    /// `DELIVERY_DAILY_IP_QUOTA_DOWNLOADS`
    package var downloads = 500

    package init() {}

    func of(_ keyspace: StorageKey.Keyspace) -> Int { keyspace == .bundles ? bundles : downloads }
  }

  private let redis: RedisClient
  private let limits: Limits
  private let refusals: Counter

  package init(redis: RedisClient, limits: Limits = Limits(), _ metrics: Metrics = Metrics()) {
    self.redis = redis
    self.limits = limits
    refusals = metrics.counter(
      "edge_quota_refusals_total", help: "URLs refused because their client had its daily share.")
  }

  private static let counting = RedisScript(
    """
    local used = redis.call('INCR', KEYS[1])
    if used == 1 then redis.call('EXPIREAT', KEYS[1], ARGV[1]) end
    return used
    """)

  /// - Throws: `Problem` 429 with the seconds to midnight UTC.
  package func requireRest(of keyspace: StorageKey.Keyspace, client: IPAddress, now: Int64) async throws(Problem) {
    guard let used = try? await redis.send("GET", name(keyspace, client, now)).integer else { return }
    guard used >= limits.of(keyspace) else { return }
    refusals.add()
    throw Problem(.tooManyRequests, "Quota exceeded").with(.retryAfter, String(midnight(after: now) - now))
  }

  /// Best effort: a URL that was issued is not taken back because it could not be counted.
  package func count(_ keyspace: StorageKey.Keyspace, client: IPAddress, now: Int64) async {
    let name = name(keyspace, client, now)
    _ = try? await redis.run(Self.counting, keys: [name], arguments: [midnight(after: now)])
  }

  private static let secondsADay: Int64 = 86_400

  private func midnight(after now: Int64) -> Int64 { (now / Self.secondsADay + 1) * Self.secondsADay }

  private func name(_ keyspace: StorageKey.Keyspace, _ client: IPAddress, _ now: Int64) -> String {
    let day = CivilTime(unixSeconds: now)
    let date = String(day.year * 10_000 + day.month * 100 + day.day)
    return "quota:delivery:\(keyspace.rawValue):\(client):\(date)"
  }
}

extension StorageKey {
  /// Which daily quota it counts against.
  package var keyspace: Keyspace { text.hasPrefix("bundles/") ? .bundles : .downloads }

  package enum Keyspace: String, Sendable { case bundles, downloads }
}
