@testable import Edge
import HTTP
import HTTPServer
import Loop
import Monitoring
import Observability
import PolicyHost
import Publication
import Redis
import Settings
import Signing
import Support

/// The edge's routes for players over the wire, with a real Redis. The store has every object, the policy allows every
/// key, and the clock of the signed URLs is the test's.
final class PlayerStage {
  let redis: PrivateRedis
  /// Looks into that Redis.
  let keys: RedisClient
  let edge: Caller
  /// Unix seconds.
  var now: Int64

  init(_ stage: Stage, at now: Int64 = 4_102_444_800, limits: DailyQuota.Limits = .init()) async throws {
    self.now = now
    let loop = stage.loop
    redis = try await stage.redis()
    let keys = RedisClient(loop: loop, url: try RedisURL(redis.url))
    self.keys = keys
    stage.atEnd { keys.close() }

    let folder = try stage.folder().path
    let policy = PolicySource(name: "all", path: PluginAuthor(folder: folder).compile("all", defines: ["MAXIMUM=0"]))
    let loader = PolicyLoader(
      folder: "\(folder)/copies", loops: 1,
      trial: PolicyTrial(command: ["\(Program.folder)/moviesnow", "plugins", "try"]))
    let policies = try loader.load([policy], epoch: 1).set(forLoop: 0)

    var clock: () -> Int64 = { now }
    let issuance = Issuance(
      policies: LoopPolicies(CurrentPolicies(policies)), published: nil,
      existence: ExistenceCache(on: loop) { _ in true }, quota: DailyQuota(redis: keys, limits: limits),
      tokens: TokenStore(redis: keys), tokenRequirement: TokenRequirement(SettingsReader(environment: [:])),
      sign: { key, name, lifetime, now in
        Array("https://store/\(key.text)?name=\(name)&from=\(now)&for=\(lifetime)".utf8)
      })
    let delivery = DeliveryRoutes(
      issuance: issuance, batches: BatchIssuance(issuance: issuance, loop: loop, mostItems: 50), now: { clock() })
    var telemetry = TelemetrySettings()
    telemetry.allowsAnonymous = true
    let playback = PlaybackRoutes(
      sessions: SessionStore(redis: keys), viewers: ViewerResolver(telemetry), forgotten: nil)
    let routes = delivery.routes + playback.routes
    let meter = RequestMeter(routes.map(\.pattern), rest: "unmatched", Metrics(), AccessLog(of: .edge, sample: 0))
    let service = EdgeService(
      routes, for: TrustedHosts(["*"]), ClientResolver(trusting: []), nil, PublicKeys(), nil, meter, on: loop)
    let server = try Server(on: .tcp(host: "127.0.0.1", port: 0), loop: loop, service: service)
    stage.atEnd { await server.drain(deadline: .zero) }
    edge = try Caller(stage, "http://127.0.0.1:\(server.port ?? 0)")
    clock = { [unowned self] in self.now }
  }

  /// Asks for one URL.
  func issue(_ key: String, token: String? = nil, idempotencyKey: String? = nil) async throws -> Answer {
    let member = token.map { ",\"token\":\"\($0)\"" } ?? ""
    return try await edge.post(
      "/api/v1/delivery/download-url", "{\"storage_key\":\"\(key)\"\(member)}",
      fields: idempotencyKey.map { [(.idempotencyKey, $0)] } ?? [])
  }

  /// Asks for several.
  func batch(_ keys: String...) async throws -> Answer {
    let items = keys.map { "{\"storage_key\":\"\($0)\"}" }.joined(separator: ",")
    return try await edge.post("/api/v1/delivery/batch-download-urls", "{\"items\":[\(items)]}")
  }

  /// A one-time token, as the origin stores it.
  func mint(_ token: String, uses: Int = 1) async throws {
    try await keys.send("SET", "download:token:\(token)", "{\"max_uses\":\(uses)}", "EX", 600)
  }
}
