internal import HTTP
internal import Redis
internal import Routing
internal import Signing

/// Answers a repeated request with the first one's answer. Source: draft-ietf-httpapi-idempotency-key-header-07.
///
/// A key belongs to its caller and its body: another caller's, or another body's, never sees the answer.
struct IdempotencyStore {
  private let redis: RedisClient
  private let secret: HMAC<SHA256>

  private static let longestKey = 255
  /// While the first request runs, in seconds.
  private static let claimSeconds = 60

  /// Keeps an answer where the claim on it stands, or has ended and left the key to nobody.
  private static let keeping = RedisScript(
    """
    local held = redis.call('GET', KEYS[1])
    if held and held ~= ARGV[1] then return 0 end
    redis.call('SET', KEYS[1], ARGV[2], 'EX', ARGV[3])
    return 1
    """)

  /// - secret: the server's; what is used here is derived from it.
  init(redis: RedisClient, secret: [UInt8]) {
    self.redis = redis
    self.secret = HMAC(key: HMAC<SHA256>(key: secret).sign("idempotency"))
  }

  /// - Throws: `Problem` 400 for a bad key, 409 while the first request runs, 422 for another body under the same key,
  ///   and what `body` throws; after anything but a success the key is free again.
  // Inlined into its caller it crashes the optimiser of Swift 6.3.1, in release builds only.
  @inline(never)
  func once(
    _ call: Call, _ route: Route, _ identity: String, _ body: () async throws -> Response
  ) async throws -> Response {
    guard let lifetime = route.rules.idempotency, let key = call.request.fields.first(.idempotencyKey) else {
      return try await body()
    }
    guard (1...Self.longestKey).contains(key.utf8.count) else {
      throw Problem(.badRequest, "Idempotency-Key has 1 to \(Self.longestKey) characters")
    }
    let name = "idemp:\(route.method):\(route.pattern):\(identity):\(SHA256.hash(key).hex)"
    let snapshot = IdempotencySnapshot(of: call.request, named: name, secret: secret)
    if let earlier = await claim(name, snapshot) { return try snapshot.answer(in: earlier) }
    do {
      let response = try await body()
      await keep(response, as: snapshot, under: name, for: lifetime)
      return response
    } catch {
      await free(name, snapshot)
      throw error
    }
  }

  /// What an earlier request has left; nil when the key is now ours. With Redis away the request runs: a snapshot is
  /// best effort.
  private func claim(_ name: String, _ snapshot: IdempotencySnapshot) async -> [UInt8]? {
    try? await redis.send("SET", name, snapshot.claim, "NX", "GET", "EX", Self.claimSeconds).bytes
  }

  private func keep(
    _ response: Response, as snapshot: IdempotencySnapshot, under name: String, for lifetime: Duration
  ) async {
    guard response.status.isSuccess, let kept = snapshot.keeping(response) else {
      return await free(name, snapshot)
    }
    let arguments: [any RedisArgument] = [snapshot.claim, kept, Int(lifetime / .seconds(1))]
    _ = try? await redis.run(ScriptCall(Self.keeping, keys: [name], arguments: arguments))
  }

  private func free(_ name: String, _ snapshot: IdempotencySnapshot) async {
    _ = try? await redis.run(ScriptCall(.removal, keys: [name], arguments: [snapshot.claim]))
  }
}
