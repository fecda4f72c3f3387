internal import HTTP
internal import Redis
internal import Signing

/// Lets one request at a time change a thing. The database still decides: a lock only spares it needless conflicts.
struct RequestLock {
  let redis: RedisClient

  /// Longer than any request may take, so that a crashed holder blocks nobody for long.
  private static let lifetimeMs = 30_000

  /// - Throws: `Problem` 409 while another request holds the lock, 503 with Redis away, and what `body` throws.
  func holding<R>(_ key: String?, _ body: () async throws -> R) async throws -> R {
    guard let key else { return try await body() }
    let holder = RandomBytes.token(16)
    try await take(key, holder)
    do {
      let result = try await body()
      await give(key, holder)
      return result
    } catch {
      await give(key, holder)
      throw error
    }
  }

  private func take(_ key: String, _ holder: String) async throws(Problem) {
    do {
      let reply = try await redis.send("SET", key, holder, "NX", "PX", Self.lifetimeMs)
      guard reply.isNull else { return }
    } catch {
      throw Problem(.serviceUnavailable, "Changes are not possible right now").with(.retryAfter, "1")
    }
    throw Problem(.conflict, "Another request is changing this; try again").with(.retryAfter, "1")
  }

  /// A lock that cannot be given back ends by itself.
  private func give(_ key: String, _ holder: String) async {
    _ = try? await redis.run(ScriptCall(.removal, keys: [key], arguments: [holder]))
  }
}
