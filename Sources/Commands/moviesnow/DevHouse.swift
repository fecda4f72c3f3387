internal import Accounts
internal import Edge
internal import HTTPClient
internal import Invocation
internal import LocalObjectStore
internal import Loop
internal import Monitoring
internal import ObjectStore
internal import OriginServer
internal import PolicyHost
internal import Postgres
internal import Routing
internal import TLS

/// All that `moviesnow dev` runs, each part started once those that it needs are there.
final class DevHouse {
  private let options: Dev
  private let folder: StateFolder
  private let loop: EventLoop
  private var stops: [() async -> Void] = []

  init(_ options: Dev, in folder: StateFolder, on loop: EventLoop) {
    self.options = options
    self.folder = folder
    self.loop = loop
  }

  /// Starts everything, says what listens where, and serves until SIGTERM or Ctrl-C.
  func serve() async throws {
    let settings = try await startStores()
    let originSettings = try settings.origin(port: options.originPort)
    let admin = try await firstAdmin(originSettings)
    try await seed(originSettings)
    // One set for each role.
    let policies = try ProcessPolicies(originSettings.policies, for: "moviesnow-dev", loops: 2)
    let origin = try startOrigin(originSettings, policies)
    let edgeSettings = try settings.edge(port: options.edgePort, origin: DevReport.base(origin.port))
    let edge = try startEdge(edgeSettings, policies)
    let ops = try startOps(edge, origin, policies)
    let report = DevReport(edge: edge.port, origin: origin.port, s3: settings.storePort, ops: ops.port, admin: admin)
    try folder.write(report.json, to: "dev.json")
    report.show(folder)
    await loop.untilTerminated()
  }

  /// Whatever was started, the last first.
  func stop() async { for stop in stops.reversed() { await stop() } }

  /// Redis, PostgreSQL with the schema, and the object store with its bucket.
  private func startStores() async throws -> DevSettings {
    let redis = try await RedisChild.start(in: folder, on: loop)
    stops.append { await redis.stop() }
    let postgres = try await PostgresChild.start(in: folder, on: loop)
    stops.append { await postgres.stop() }
    _ = try await OriginSchema.migrate(PostgresSettings(url: postgres.url), on: loop)

    let credentials = try DevSettings.storeCredentials(folder)
    let store = try await LocalStore(
      on: loop, directory: StateFolder("\(folder.path)/objects").path, credentials: credentials, region: "us-east-1")
    try await store.ensureBucket(DevSettings.bucket)
    try listening("--s3-port", options.s3Port) { try store.serve(on: $0) }
    stops.append { await store.stop(deadline: .seconds(2)) }
    return DevSettings(
      folder: folder, redis: redis.url, database: postgres.url, storePort: store.port, credentials: credentials,
      address: "\(options.listen)")
  }

  /// Its credentials are kept before it is made, so that no crash leaves an admin whom nobody knows.
  private func firstAdmin(_ settings: OriginSettings) async throws -> StaffAccount {
    let account = try folder.value("admin.json") { StaffAccount(email: Email("admin@moviesnow.example")!) }
    do { try await account.create(.admin, in: settings, on: loop) } catch AccountsError.emailTaken {}
    return account
  }

  private func seed(_ settings: OriginSettings) async throws {
    let database = PostgresPool(on: loop, settings.database)
    let client = WebClient(loop: loop, tls: try TLSContext.client())
    defer {
      database.close()
      client.close()
    }
    let bucket = try Bucket(settings.store, client: client)
    try await DemoCatalogue(database: database, bucket: bucket, folder: folder, loop: loop).seedOnce()
  }

  private func startOrigin(_ settings: OriginSettings, _ policies: ProcessPolicies) throws -> Origin {
    let current = policies.current(forLoop: 0, on: loop)
    let origin = try listening("--origin-port", options.originPort) {
      try Origin(settings, decide: { current.decide($0) }, listeningOn: [ListeningSocket(opening: $0)], on: loop)
    }
    stops.append { await origin.stop() }
    return origin
  }

  private func startEdge(_ settings: EdgeSettings, _ policies: ProcessPolicies) throws -> EdgeNode {
    let edge = try listening("--edge-port", options.edgePort) {
      try EdgeNode(
        settings, policies: policies.current(forLoop: 1, on: loop), answers: AnswerStore(settings), isFirst: true,
        listeningOn: [ListeningSocket(opening: $0)], on: loop)
    }
    stops.append { await edge.stop() }
    return edge
  }

  private func startOps(_ edge: EdgeNode, _ origin: Origin, _ policies: ProcessPolicies) throws -> OpsServer {
    let process = ProcessMetrics()
    for metrics in [edge.metrics, origin.metrics] { process.add(metrics, of: loop) }
    // On loopback, whatever the rest listens on: nobody is asked for a key there.
    let ops = try listening("--ops-port", options.opsPort, on: "127.0.0.1") { [loop] in
      try OpsServer(
        on: [ListeningSocket(opening: $0)], loop: loop, process, [edge.readiness, origin.readiness],
        documents: [PolicyStatus.path: { await policies.status(on: loop).json }])
    }
    stops.append { await ops.stop() }
    return ops
  }

  /// A port that cannot be had is the user's to change.
  private func listening<R>(
    _ option: String, _ port: UInt16, on host: String? = nil, _ body: (Endpoint) throws -> R
  ) throws -> R {
    let endpoint = Endpoint.tcp(host: host ?? "\(options.listen)", port: port)
    do {
      try endpoint.requireUnused()
      return try body(endpoint)
    } catch let error as UVError {
      throw CommandFailure("port \(port): \(error). Stop what listens there, or pass \(option) 0.")
    }
  }
}
