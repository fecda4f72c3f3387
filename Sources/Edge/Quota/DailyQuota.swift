package import HTTP
package import Observability
package import Publication
package import Redis
internal import Signing

/// How many URLs one client address may be issued a day, per keyspace, counted in Redis until midnight UTC.
///
/// Refusing and counting are one step, and where a token is redeemed its redemption is part of that step: an exhausted
/// quota costs no token, and nothing is overshot. With Redis away it does not refuse: it protects bandwidth, it does
/// not authorise.
package final class DailyQuota {
  package struct Limits: Sendable {
    /// `DELIVERY_DAILY_IP_QUOTA_BUNDLES`
    package var bundles = 200
    /// `DELIVERY_DAILY_IP_QUOTA_DOWNLOADS`
    package var downloads = 500

    package init() {}

    func of(_ keyspace: StorageKey.Keyspace) -> Int { keyspace == .bundles ? bundles : downloads }
  }

  /// One more URL for a client: what a script that issues it needs.
  package struct Charge {
    /// The counter's name in Redis, KEYS[1].
    let name: [UInt8]
    /// URLs a day, ARGV[1].
    let limit: Int
    /// When the count ends, in Unix seconds, ARGV[2].
    let midnight: Int64
    fileprivate let keyspace: StorageKey.Keyspace
    fileprivate let secondsLeft: Int64
    fileprivate let refusals: Counter

    /// What the client is told of its day.
    /// - Parameter used: URLs so far, the one that was charged too.
    package func standing(used: Int) -> RateLimitStanding {
      RateLimitStanding(
        keyspace == .bundles ? "bundles" : "downloads", quota: limit, windowSeconds: Int(secondsADay), used: used,
        resetSeconds: Int(secondsLeft))
    }

    /// Of a client that has had all.
    var exhausted: RateLimitStanding { standing(used: limit) }

    func refuse() -> Problem {
      refusals.add()
      return exhausted.refusal("Quota exceeded")
    }
  }

  /// Lua: refuses with `exhausted` when nothing is left.
  static let checking = """
    if tonumber(redis.call('GET', KEYS[1]) or 0) >= tonumber(ARGV[1]) then return 'exhausted' end
    """
  /// Lua: counts one, and answers how many that makes.
  static let counting = """
    local counted = redis.call('INCR', KEYS[1])
    if counted == 1 then redis.call('EXPIREAT', KEYS[1], ARGV[2]) end
    return counted
    """

  private static let settling = RedisScript(checking + "\n" + counting)

  private let redis: RedisClient
  private let limits: Limits
  private let refusals: Counter
  /// The day that was asked for last, since 1970, and as it ends a counter's name: written once a day.
  private var today: (day: Int64, digits: [UInt8]) = (.min, [])

  package init(redis: RedisClient, limits: Limits = Limits(), _ metrics: Metrics = Metrics()) {
    self.redis = redis
    self.limits = limits
    refusals = metrics.counter(
      "edge_quota_refusals_total", help: "URLs refused because their client had its daily share.")
  }

  /// - Parameters:
  ///   - client: counts as one with all addresses of its subscriber.
  ///   - now: Unix seconds.
  package func charge(_ keyspace: StorageKey.Keyspace, client: IPAddress, now: Int64) -> Charge {
    let midnight = (now / secondsADay + 1) * secondsADay
    return Charge(
      name: name(keyspace, client.subscriber, now), limit: limits.of(keyspace), midnight: midnight,
      keyspace: keyspace, secondsLeft: midnight - now, refusals: refusals)
  }

  /// Counts a URL that needs no token.
  /// - Parameter hear: what it is told is the day's count, nil when nobody could count, or `Problem` 429 with the
  ///   seconds to midnight UTC.
  package func settle(_ charge: Charge, hear: @escaping (Result<Int?, Problem>) -> Void) {
    var call = ScriptCall(Self.settling, keys: 1)
    call.key(charge.name)
    call.argument(charge.limit)
    call.argument(charge.midnight)
    redis.run(call) { outcome in
      switch outcome {
      case .success(.integer(let counted)): hear(.success(Int(counted)))
      case .success(let answer) where answer.text == "exhausted": hear(.failure(charge.refuse()))
      case .success, .failure: hear(.success(nil))
      }
    }
  }

  private func name(_ keyspace: StorageKey.Keyspace, _ client: IPAddress, _ now: Int64) -> [UInt8] {
    let day = now / secondsADay
    if today.day != day { today = (day, digits(of: CivilTime(unixSeconds: now))) }
    var name: [UInt8] = []
    name.reserveCapacity(80)
    name.append(literal: keyspace == .bundles ? "quota:delivery:bundles:" : "quota:delivery:downloads:")
    client.append(to: &name)
    name.append(contentsOf: today.digits)
    return name
  }

  private func digits(of day: CivilTime) -> [UInt8] {
    var digits = [UInt8(ascii: ":")]
    digits.append(decimal: day.year * 10_000 + day.month * 100 + day.day)
    return digits
  }
}

private let secondsADay: Int64 = 86_400

extension StorageKey {
  /// Which daily quota it counts against.
  package var keyspace: Keyspace { text.hasPrefix("bundles/") ? .bundles : .downloads }

  package enum Keyspace: String, CaseIterable, Sendable { case bundles, downloads }
}
