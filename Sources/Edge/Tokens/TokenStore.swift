package import HTTP
package import Observability
internal import Publication
package import Redis

/// One-time tokens in Redis: `download:token:{token}` holds JSON with the key that it opens, how often, until when.
package final class TokenStore {
  private let redis: RedisClient
  /// Not the requests' ids: whoever has seen one of these could ask again under it.
  private let redemptionIDs = SerialIDs()
  /// In seconds: as long as we, or a client, may ask again for what was lost.
  private static let ourPatience = 60
  private static let clientsPatience = 600
  private let granted: Counter
  private let refused: Counter
  private let unavailable: Counter

  package init(redis: RedisClient, _ metrics: Metrics = Metrics()) {
    self.redis = redis
    func counter(_ result: String) -> Counter {
      metrics.counter(
        "edge_token_redemptions_total", help: "Tries to redeem a one-time token, by what came of them.",
        labels: [MetricLabel("result", result)])
    }
    (granted, refused, unavailable) = (counter("granted"), counter("refused"), counter("unavailable"))
  }

  /// Checks, binds, counts and expires in one step, keeping the time to live. A redemption that Redis has counted and
  /// whose reply was lost is repeated under the same id and gets the same URL, no second use: its times are the answer.
  /// KEYS: quota, token, redemption. ARGV: the quota's limit and end, storage key, Unix seconds now, the URL's end, and
  /// for how many seconds the redemption can be repeated.
  private static let redemption = RedisScript(
    """
    local done = redis.call('GET', KEYS[3])
    if done then
      local ends, signed, key = string.match(done, '^(%d+) (%d+) (.*)$')
      if key ~= ARGV[3] then return 'other-key' end
      if tonumber(ends) <= tonumber(ARGV[4]) then return 'unknown' end
      return {tonumber(signed), tonumber(ends), tonumber(redis.call('GET', KEYS[1]) or 0)}
    end
    \(DailyQuota.checking)
    local text = redis.call('GET', KEYS[2])
    if not text then return 'unknown' end
    local ok, token = pcall(cjson.decode, text)
    if not ok or type(token) ~= 'table' then return 'unknown' end
    local bound = token.storage_key or token.key
    if bound and bound ~= cjson.null and bound ~= ARGV[3] then return 'other-key' end
    local ends = tonumber(token.expires_at)
    if ends and ends <= tonumber(ARGV[4]) then return 'unknown' end
    local most = tonumber(token.max_uses) or 1
    local used = (tonumber(token.used) or 0) + 1
    if used > most then return 'used-up' end
    if used == most then
      redis.call('DEL', KEYS[2])
    else
      token.used = used
      redis.call('SET', KEYS[2], cjson.encode(token), 'KEEPTTL')
    end
    redis.call('SET', KEYS[3], ARGV[5] .. ' ' .. ARGV[4] .. ' ' .. ARGV[3], 'EX', ARGV[6])
    \(DailyQuota.counting)
    """)

  package struct Purchase: Equatable, Sendable {
    /// When the URL that was bought is signed, and when it ends, in Unix seconds.
    package let signedAt: Int64
    package let end: Int64
    /// URLs that its client has had today.
    package let counted: Int

    package init(signedAt: Int64, end: Int64, counted: Int) {
      self.signedAt = signedAt
      self.end = end
      self.counted = counted
    }
  }

  /// Redeems the token and counts the URL against its client's quota; refused by either, it does neither. Of a
  /// redemption that is repeated the purchase is the first one's, so that its URL is the same, byte for byte.
  /// - Parameter hear: what it is told is the purchase, or `Problem` 403 bound to another key or used up, 404 unknown
  ///   or expired, 429 quota, 503 with Redis away.
  package func redeem(
    _ redemption: Redemption, charging charge: DailyQuota.Charge, now: Int64,
    hear: @escaping (Result<Purchase, Problem>) -> Void
  ) {
    // Redis may have counted a redemption whose reply was lost; asking again under the same id tells.
    redis.run(call(redemption, charge, now: now), againIf: { $0.mayHaveRun }) { [self] outcome in
      hear(Result { () throws(Problem) in try purchase(redemption, charge, now, outcome) })
    }
  }

  private func call(_ redemption: Redemption, _ charge: DailyQuota.Charge, now: Int64) -> ScriptCall {
    let token = redemption.token.text
    var call = ScriptCall(Self.redemption, keys: 3)
    call.key(charge.name)
    call.key(joining: "download:token:", token)
    // The braces put a redemption where a Redis Cluster has its token.
    call.key(joining: "{download:token:", token, "}:redeemed:", redemption.name ?? redemptionIDs.next())
    call.argument(charge.limit)
    call.argument(charge.midnight)
    call.argument(redemption.key.text)
    call.argument(now)
    call.argument(redemption.end)
    call.argument(redemption.name == nil ? Self.ourPatience : Self.clientsPatience)
    return call
  }

  /// What Redis says of it.
  private func purchase(
    _ redemption: Redemption, _ charge: DailyQuota.Charge, _ now: Int64, _ outcome: RedisOutcome
  ) throws(Problem) -> Purchase {
    guard case .success(let reply) = outcome else {
      unavailable.add()
      throw Problem(.serviceUnavailable, "Token verification unavailable").with(.retryAfter, "1")
    }
    if case .integer(let counted) = reply {
      granted.add()
      return Purchase(signedAt: now, end: redemption.end, counted: Int(counted))
    }
    if let earlier = reply.array?.compactMap(\.integer), earlier.count == 3 {
      return Purchase(signedAt: earlier[0], end: earlier[1], counted: Int(earlier[2]))
    }
    let answer = reply.text
    if answer == "exhausted" { throw charge.refuse() }
    refused.add()
    switch answer {
    case "other-key": throw Problem(.forbidden, "Token does not authorize this resource")
    case "used-up": throw Problem(.forbidden, "Token uses exhausted")
    default: throw Problem(.notFound, "Token not found or expired")
    }
  }
}
