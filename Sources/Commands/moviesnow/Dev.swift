internal import ArgumentParser
internal import Edge
internal import Glibc
internal import LocalObjectStore
internal import Loop
internal import OriginServer
internal import Postgres
internal import Settings
internal import Signing

struct Dev: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Start everything on an embedded default: PostgreSQL, Redis, object store, origin and edge.",
    discussion: "Listens on loopback only. Ctrl-C stops all of it; a second start keeps the data.")

  @Option(help: "The folder that keeps the data.")
  var state = "var"

  @Option(help: "The origin's port; 0 takes any free one.")
  var originPort: UInt16 = 8081

  @Option(help: "The edge's port; 0 takes any free one.")
  var edgePort: UInt16 = 8080

  @Option(help: "The object store's port; 0 takes any free one.")
  var s3Port: UInt16 = 9000

  private static let bucket = "films"

  func run() throws {
    let folder = try StateFolder(state)
    let loop = EventLoop()
    try loop.run {
      try await StateLock.take(in: folder, on: loop)
      let parts = RunningParts()
      let outcome: Result<Void, any Error>
      do { outcome = .success(try await serve(folder, parts, on: loop)) } catch { outcome = .failure(error) }
      await parts.stop()
      try outcome.get()
    }
  }

  private func serve(_ folder: StateFolder, _ parts: RunningParts, on loop: EventLoop) async throws {
    let redis = try await RedisChild.start(in: folder, on: loop)
    parts.add { await redis.stop() }
    let postgres = try await PostgresChild.start(in: folder, on: loop)
    parts.add { await postgres.stop() }
    _ = try await OriginSchema.migrate(PostgresSettings(url: postgres.url), on: loop)
    let credentials = SigV4Credentials(
      accessKeyID: "moviesnow-dev", secretAccessKey: try folder.secret("s3.secret"))
    let objects = try StateFolder("\(folder.path)/objects")
    let store = try await LocalStore(
      on: loop, directory: objects.path, credentials: credentials, region: "us-east-1")
    try await store.ensureBucket(Self.bucket)
    try listening("--s3-port", s3Port) { try store.serve(on: .tcp(host: "127.0.0.1", port: s3Port)) }
    parts.add { await store.stop(deadline: .seconds(2)) }
    let bucket = [
      "AWS_S3_ENDPOINT_URL": "http://127.0.0.1:\(store.port ?? s3Port)", "AWS_BUCKET_NAME": Self.bucket,
      "AWS_ACCESS_KEY_ID": credentials.accessKeyID, "AWS_SECRET_ACCESS_KEY": credentials.secretAccessKey,
    ]
    let origin = try startOrigin(redis, postgres, folder, bucket, on: loop)
    parts.add { await origin.stop() }
    let edge = try startEdge(redis, origin, bucket, on: loop)
    parts.add { await edge.stop() }
    try announce(edge, origin, store, folder)
    await loop.untilTerminated()
  }

  private func startOrigin(
    _ redis: RedisChild, _ postgres: PostgresChild, _ folder: StateFolder, _ bucket: [String: String],
    on loop: EventLoop
  ) throws -> Origin {
    let reader = SettingsReader(
      environment: [
        "REDIS_URL": redis.url, "DATABASE_URL": postgres.url, "ORIGIN_LISTEN": "127.0.0.1:\(originPort)",
        "ENABLE_DOCS": "true", "JWT_SECRET_KEY": try folder.secret("jwt.secret"),
        "MAIL_FOLDER": try StateFolder("\(folder.path)/mail").path,
      ].merging(bucket) { own, _ in own }, allowsDevelopmentSecrets: true)
    guard let settings = OriginSettings(reader) else { throw DevFailure(reader.problems.map(\.description)) }
    let policies = try loadForOnce(settings.policies)
    return try listening("--origin-port", originPort) { try Origin(settings, policies: { policies }, on: loop) }
  }

  private func startEdge(
    _ redis: RedisChild, _ origin: Origin, _ bucket: [String: String], on loop: EventLoop
  ) throws -> EdgeNode {
    let reader = SettingsReader(
      environment: [
        "REDIS_URL": redis.url, "EDGE_LISTEN": "127.0.0.1:\(edgePort)",
        "EDGE_ORIGIN_URL": "http://127.0.0.1:\(origin.port ?? originPort)",
      ].merging(bucket) { own, _ in own }, allowsDevelopmentSecrets: true)
    guard let settings = EdgeSettings(reader) else { throw DevFailure(reader.problems.map(\.description)) }
    let policies = try loadForOnce(settings.policies)
    return try listening("--edge-port", edgePort) { try EdgeNode(settings, policies: { policies }, on: loop) }
  }

  /// A port that cannot be had is the user's to change.
  private func listening<R>(_ option: String, _ port: UInt16, _ body: () throws -> R) throws -> R {
    do {
      try Endpoint.tcp(host: "127.0.0.1", port: port).requireUnused()
      return try body()
    } catch let error as UVError {
      throw DevFailure(["port \(port): \(error). Stop what listens there, or pass \(option) 0."])
    }
  }

  private func announce(
    _ edge: EdgeNode, _ origin: Origin, _ store: LocalStore, _ folder: StateFolder
  ) throws {
    let bases = [("edge", edge.port), ("origin", origin.port), ("s3", store.port)]
      .map { name, port in (name, "http://127.0.0.1:\(port ?? 0)") }
    let members = (bases + [("bucket", Self.bucket)]).map { name, value in "\"\(name)\":\"\(value)\"" }
    try folder.write("{\(members.joined(separator: ","))}\n", to: "dev.json")
    for (name, base) in bases { print("\(name)\t\(base)") }
    print(
      """
      state\t\(folder.path) (addresses in dev.json)

      Try: curl -i \(bases[0].1)/api/v1/titles
      """)
    fflush(nil)
  }
}

/// What runs, to be stopped again, the last first, whatever comes of the rest.
private final class RunningParts {
  private var stops: [() async -> Void] = []

  func add(_ stop: @escaping () async -> Void) { stops.append(stop) }

  func stop() async { for stop in stops.reversed() { await stop() } }
}

/// One clear line that says what to do.
struct DevFailure: Error, CustomStringConvertible {
  let description: String

  init(_ lines: [String]) { description = lines.joined(separator: "\n") }
}
