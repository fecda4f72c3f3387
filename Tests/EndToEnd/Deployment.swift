import HTTPClient
import Loop
import Redis
import Signing
import Support
import Testing

/// Origin and edges as a deployment runs them: processes of their own, from the committed files of deploy/, with
/// secrets and addresses in the environment. They share the network, Redis and the object store, and nothing else.
final class Deployment {
  let stage: Stage
  let redis: PrivateRedis
  /// Looks into that Redis.
  let keys: RedisClient
  let objects: ObjectServer
  /// The origin's database.
  let database: String
  let originProgram: Program
  let edgePrograms: [Program]
  private let originAddress: String
  /// The origin itself, without an edge before it.
  let origin: Caller
  let edges: [Caller]

  var loop: EventLoop { stage.loop }
  var edge: Caller { edges[0] }

  /// What a deployment may set otherwise.
  struct Plan {
    var edges = 1
    /// Over the files' settings.
    var edgeSettings: [String: String] = [:]
    var originSettings: [String: String] = [:]
    /// Nil for the one that all tests share.
    var postgres: PostgresServer?
    var objects: (Stage) async throws -> ObjectServer = ObjectServer.local
    /// Reaches the edges in Redis's place.
    var redisURL: ((PrivateRedis) throws -> String) = { $0.url }
  }

  /// Returns once all of it listens.
  init(on stage: Stage, _ plan: Plan = Plan()) async throws {
    self.stage = stage
    redis = try await stage.redis()
    keys = RedisClient(loop: stage.loop, url: try RedisURL(redis.url))
    stage.atEnd { [keys] in keys.close() }
    objects = try await plan.objects(stage)
    // The first use of the shared one starts it, which takes seconds.
    database = try await stage.loop.offload { [postgres = plan.postgres] in (postgres ?? .shared).makeDatabase() }

    let secrets = Secrets()
    let settings = Self.originEnvironment(redis.url, database, objects, secrets).merging(plan.originSettings) { $1 }
    let migrated = try await stage.run("moviesnow", ["migrate", "--config", Self.originFile], environment: settings)
    #expect(migrated.status == 0, "\(migrated.output)")
    originProgram = try stage.start(
      "moviesnow-origin", ["serve", "--config", Self.originFile], environment: settings)
    originAddress = try await originProgram.printed("origin listens on ")
    let originBase = "http://\(originAddress)"
    origin = try Caller(stage, originBase)

    let environment = Self.edgeEnvironment(try plan.redisURL(redis), objects, originBase, secrets)
    edgePrograms = try (0..<plan.edges).map { _ in
      try stage.start(
        "moviesnow-edge", ["serve", "--config", Self.edgeFile],
        environment: environment.merging(plan.edgeSettings) { $1 })
    }
    var edges: [Caller] = []
    for program in edgePrograms {
      edges.append(try Caller(stage, "http://" + (try await program.printed("edge listens on "))))
    }
    self.edges = edges
  }

  static let edgeFile = "\(Program.repository)/deploy/edge/edge.yaml"
  static let originFile = "\(Program.repository)/deploy/origin/origin.yaml"

  /// One for each purpose.
  struct Secrets {
    let tokens = RandomBytes.token()
    let identity = RandomBytes.token()
  }

  static func originEnvironment(
    _ redis: String, _ database: String, _ objects: ObjectServer, _ secrets: Secrets
  ) -> [String: String] {
    [
      "ORIGIN_LISTEN": "127.0.0.1:0", "ORIGIN_OPS_LISTEN": "127.0.0.1:0", "REDIS_URL": redis, "DATABASE_URL": database,
      "JWT_SECRET_KEY": secrets.tokens, "EDGE_IDENTITY_KEYS": "e1:\(secrets.identity)",
    ].merging(objects.environment) { $1 }
  }

  static func edgeEnvironment(
    _ redis: String, _ objects: ObjectServer, _ origin: String, _ secrets: Secrets
  ) -> [String: String] {
    [
      "EDGE_LISTEN": "127.0.0.1:0", "EDGE_OPS_LISTEN": "127.0.0.1:0", "REDIS_URL": redis, "EDGE_ORIGIN_URL": origin,
      "EDGE_IDENTITY_KEYS": "e1:\(secrets.identity)", "JWT_SECRET_KEY": secrets.tokens,
    ].merging(objects.environment) { $1 }
  }
}

/// Programs that come back.
extension Deployment {
  /// After `kill`: where it was, with what it had.
  func restartEdge() async throws -> Caller {
    await edgePrograms[0].kill()
    try edgePrograms[0].start()
    return try Caller(stage, "http://" + (try await edgePrograms[0].printed("edge listens on ")))
  }

  func restartOrigin() async throws {
    originProgram.environment["ORIGIN_LISTEN"] = originAddress
    try originProgram.start()
    _ = try await originProgram.printed("origin listens on ")
  }
}
