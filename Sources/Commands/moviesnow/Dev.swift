internal import Accounts
internal import ArgumentParser
internal import Edge
internal import FoundationEssentials
internal import HTTP
internal import HTTPClient
internal import Invocation
internal import LocalObjectStore
internal import Logging
internal import Loop
internal import Monitoring
internal import ObjectStore
internal import Observability
internal import OriginServer
internal import PolicyHost
internal import Postgres
internal import Routing
internal import TLS

struct Dev: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Start everything on an embedded default: PostgreSQL, Redis, object store, origin and edge.",
    discussion: """
      Makes a first admin and a small demo catalogue, and writes what listens where to dev.json in the state folder. \
      Ctrl-C stops all of it; a second start keeps the data.
      """)

  @Option(help: "The folder that keeps the data.")
  var state = "var"

  @Option(help: "The edge's port; 0 takes any free one.")
  var edgePort: UInt16 = 8080

  @Option(help: "The origin's port; 0 takes any free one.")
  var originPort: UInt16 = 8081

  @Option(help: "The object store's port; 0 takes any free one.")
  var s3Port: UInt16 = 9000

  @Option(help: "The port of measurements and readiness, on loopback only; 0 takes any free one.")
  var opsPort: UInt16 = 9100

  @Option(help: "The address to listen on. Anything but loopback shows a node made for trying to your network.")
  var listen = IPAddress("127.0.0.1")!

  func run() throws {
    if !listen.isLoopback {
      printError("warning: --listen \(listen) opens this node, and an object store beside it, to your network.")
    }
    let folder = try StateFolder(state)
    JSONLinesLogHandler.install(level: .info, to: try folder.appending(to: "log"))
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

    let credentials = try DevSettings.storeCredentials(folder)
    let store = try await LocalStore(
      on: loop, directory: StateFolder("\(folder.path)/objects").path, credentials: credentials, region: "us-east-1")
    try await store.ensureBucket(DevSettings.bucket)
    try listening("--s3-port", s3Port) { try store.serve(on: $0) }
    parts.add { await store.stop(deadline: .seconds(2)) }
    let settings = DevSettings(
      folder: folder, redis: redis.url, database: postgres.url, store: DevReport.base(store.port),
      credentials: credentials, address: "\(listen)")

    let originSettings = try settings.origin(port: originPort)
    let admin = try await firstAdmin(in: folder, originSettings, on: loop)
    try await seed(folder, originSettings, on: loop)
    // One set for each role.
    let policies = try ProcessPolicies(originSettings.policies, for: "moviesnow-dev", loops: 2)
    let minting = policies.current(forLoop: 0, on: loop)
    let origin = try listening("--origin-port", originPort) {
      try Origin(
        originSettings, decide: { minting.decide($0) }, listeningOn: [ListeningSocket(opening: $0)], on: loop)
    }
    parts.add { await origin.stop() }

    let edgeSettings = try settings.edge(port: edgePort, origin: DevReport.base(origin.port))
    let edge = try listening("--edge-port", edgePort) {
      try EdgeNode(
        edgeSettings, policies: policies.current(forLoop: 1, on: loop),
        answers: AnswerStore(edgeSettings), isFirst: true, listeningOn: [ListeningSocket(opening: $0)], on: loop)
    }
    parts.add { await edge.stop() }

    let process = ProcessMetrics()
    for metrics in [edge.metrics, origin.metrics] { process.add(metrics, of: loop) }
    let ops = try listening("--ops-port", opsPort) { _ in
      try OpsServer(
        on: [ListeningSocket(opening: .tcp(host: "127.0.0.1", port: opsPort))], loop: loop, process,
        [edge.readiness, origin.readiness],
        documents: [PolicyStatus.path: { await policies.status(on: loop).json }])
    }
    parts.add { await ops.stop() }

    let report = DevReport(edge: edge.port, origin: origin.port, s3: store.port, ops: ops.port, admin: admin)
    try folder.write(report.json, to: "dev.json")
    report.show(folder)
    await loop.untilTerminated()
  }

  /// Its credentials are kept before it is made, so that no crash leaves an admin whom nobody knows.
  private func firstAdmin(
    in folder: StateFolder, _ settings: OriginSettings, on loop: EventLoop
  ) async throws -> StaffAccount {
    let account = try folder.value("admin.json") { StaffAccount(email: Email("admin@moviesnow.example")!) }
    do { try await account.create(.admin, in: settings, on: loop) } catch AccountsError.emailTaken {}
    return account
  }

  private func seed(_ folder: StateFolder, _ settings: OriginSettings, on loop: EventLoop) async throws {
    let database = PostgresPool(on: loop, settings.database)
    let client = WebClient(loop: loop, tls: try TLSContext.client())
    defer {
      database.close()
      client.close()
    }
    let bucket = try Bucket(settings.store, client: client)
    try await DemoCatalogue(database: database, bucket: bucket, folder: folder, loop: loop).seedOnce()
  }

  /// A port that cannot be had is the user's to change.
  private func listening<R>(_ option: String, _ port: UInt16, _ body: (Endpoint) throws -> R) throws -> R {
    let endpoint = Endpoint.tcp(host: "\(listen)", port: port)
    do {
      try endpoint.requireUnused()
      return try body(endpoint)
    } catch let error as UVError {
      throw CommandFailure("port \(port): \(error). Stop what listens there, or pass \(option) 0.")
    }
  }
}
