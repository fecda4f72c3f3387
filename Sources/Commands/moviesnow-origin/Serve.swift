internal import ArgumentParser
internal import Glibc
internal import Invocation
internal import Logging
internal import Loop
internal import Monitoring
internal import Observability
internal import OriginServer
internal import PolicyHost

struct Serve: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Serve until SIGTERM, then finish what is in flight.",
    discussion: """
      SIGHUP makes it read the certificates and the policies again, those that the settings then name. SIGUSR2 starts \
      the file that its name then means as its successor, which takes its sockets over: no connection is refused.
      """)

  @OptionGroup var configuration: ConfigurationOptions

  func run() throws {
    let settings = try configuration.load(OriginSettings.init)
    OpenFiles.raiseLimit()
    let sockets = ListeningSockets()
    let policies = try settings.loadPolicies()
    let share = try sockets.take("ORIGIN_LISTEN", on: settings.listen)[0]
    let ops = try settings.monitoring.listen.map { try sockets.take("ORIGIN_OPS_LISTEN", on: $0)[0] }
    try sockets.requireNoneLeft()
    JSONLinesLogHandler.install(level: settings.monitoring.logLevel)
    let log = Logger(label: "origin")
    let loop = EventLoop()
    try loop.run {
      try await requireSchema(settings, on: loop)
      let process = ServingProcess(workers: 1, on: sockets)
      let current = policies.current(forLoop: 0, on: loop)
      let origin = try Origin(settings, decide: { current.decide($0) }, listeningOn: share, on: loop)
      let metrics = ProcessMetrics()
      metrics.add(origin.metrics, of: loop)
      let ops = try ops.map { sockets in
        try OpsServer(
          on: sockets, loop: loop, metrics, [origin.readiness],
          documents: [PolicyStatus.path: { await policies.status(on: loop).json }])
      }
      let upkeep = Upkeep(of: process, on: sockets, log, loop: loop) { [configuration] in
        try configuration.read(OriginSettings.init)
      }
      upkeep.reloader.add("policies") { try await policies.reload($0.policies, on: loop) }
      upkeep.reloader.add("certificates") { try settings.replaceCertificates(with: $0) }
      log.notice("serving", metadata: ["address": "\(share[0].endpoint)"])
      if let address = ops?.endpoint { print("origin ops listens on \(address)") }
      print("origin listens on \(share[0].endpoint)")
      fflush(nil)

      await origin.stop(isHandedOver: upkeep.serve() == .handedOver)
      await ops?.stop()
      log.notice("stopped")
    }
  }

  /// A server never migrates by itself: two versions of it may run side by side.
  private func requireSchema(_ settings: OriginSettings, on loop: EventLoop) async throws {
    let pending: [String]
    do { pending = try await OriginSchema.pending(in: settings.database, on: loop) } catch {
      throw CommandFailure("DATABASE_URL: \(error). Is PostgreSQL up, and may this user connect?")
    }
    guard let first = pending.first else { return }
    throw CommandFailure(
      "DATABASE_URL: the schema lacks \(pending.count) steps, from \(first) on. "
        + "Run: moviesnow migrate\(configuration.arguments)")
  }
}
