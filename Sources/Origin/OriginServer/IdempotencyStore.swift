internal import HTTP
internal import JSON
internal import Redis
internal import Routing
internal import Signing

/// Answers a repeated request with the first one's answer. Source: draft-ietf-httpapi-idempotency-key-header-07.
///
/// A key belongs to its caller and its body: another caller's, or another body's, never sees the answer.
struct IdempotencyStore {
  let redis: RedisClient

  private static let longestKey = 255
  /// While the first request runs, in seconds.
  private static let claimSeconds = 60
  private static let inFlight = "in-flight"

  /// - Throws: `Problem` 400 for a bad key, 409 while the first request runs, 422 for another body under the same key,
  ///   and what `body` throws; after an error the key is free again.
  func once(
    _ call: Call, _ route: Route, _ identity: String, _ body: () async throws -> Response
  ) async throws -> Response {
    guard let lifetime = route.rules.idempotency, let key = call.request.fields.first(.idempotencyKey) else {
      return try await body()
    }
    guard (1...Self.longestKey).contains(key.utf8.count) else {
      throw Problem(.badRequest, "Idempotency-Key has 1 to \(Self.longestKey) characters")
    }
    let name = "idemp:\(route.method):\(route.pattern):\(identity):\(SHA256.hash(Array(key.utf8)).hex)"
    let fingerprint = SHA256.hash(call.request.target + [0] + call.request.body).hex
    if let earlier = try await claim(name, fingerprint) { return earlier }
    do {
      let response = try await body()
      await keep(response, under: name, fingerprint, for: lifetime)
      return response
    } catch {
      _ = try? await redis.send("DEL", name)
      throw error
    }
  }

  /// The earlier answer; nil when the key is now ours. With Redis away the request runs: a snapshot is best effort.
  private func claim(_ name: String, _ fingerprint: String) async throws(Problem) -> Response? {
    let claim = "\(fingerprint) \(Self.inFlight)"
    let earlier = try? await redis.send("SET", name, claim, "NX", "GET", "EX", Self.claimSeconds)
    guard let text = earlier?.text else { return nil }
    let parts = text.split(separator: " ", maxSplits: 2)
    guard parts.first == fingerprint[...] else {
      throw Problem(.unprocessableContent, "This Idempotency-Key was used with another request")
    }
    guard parts.count == 3, let code = UInt16(parts[1]) else {
      throw Problem(.conflict, "The first request with this Idempotency-Key is still running").with(.retryAfter, "1")
    }
    return Response.json(Status(code), Array(parts[2].utf8))
  }

  private func keep(_ response: Response, under name: String, _ fingerprint: String, for lifetime: Duration) async {
    guard response.status.isSuccess, case .bytes(let bytes) = response.body else { return }
    let snapshot = "\(fingerprint) \(response.status.code) " + String(decoding: bytes, as: UTF8.self)
    _ = try? await redis.send("SET", name, snapshot, "EX", Int(lifetime / .seconds(1)))
  }
}
