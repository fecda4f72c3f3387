internal import HTTP
internal import JSON
internal import Publication
internal import Redis
internal import Signing

/// Makes tokens that buy URLs of one object, in the form in which edges redeem them.
struct TokenMint {
  let redis: RedisClient

  /// What a token is good for.
  struct Grant {
    let key: StorageKey
    let uses: Int
    /// Unix seconds.
    let expiresAt: Int64
    /// The user who asked for it.
    let issuer: String?

    fileprivate var json: [UInt8] {
      var writer = JSONWriter()
      writer.object { token in
        token.field("storage_key", key.text)
        token.field("expires_at", expiresAt)
        token.field("max_uses", uses)
        token.field("used", 0)
        token.field("issued_by", issuer)
      }
      return writer.bytes
    }
  }

  /// 192 bits that no one can guess. The record and its end are one write: no token outlives its time.
  /// - Throws: `Problem` 503 with Redis away; then there is no token.
  func mint(_ grant: Grant, lifetime: Int64) async throws(Problem) -> String {
    let token = RandomBytes.token(24)
    do throws(RedisError) {
      try await redis.send("SET", "download:token:\(token)", grant.json, "EX", lifetime)
      return token
    } catch {
      throw Problem(.serviceUnavailable, "Token store unavailable").with(.retryAfter, "1")
    }
  }
}
