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
    discussion: "SIGHUP makes it read the certificates and the policies again, those that the settings then name.")

  @OptionGroup var configuration: ConfigurationOptions

  func run() throws {
    let settings = try configuration.load(OriginSettings.init)
    let policies = try settings.loadPolicies()
    JSONLinesLogHandler.install(level: settings.monitoring.logLevel)
    let log = Logger(label: "origin")
    let loop = EventLoop()
    try loop.run {
      try await requireSchema(settings, on: loop)
      let reloader = Reloader(on: loop, log) { [configuration] in try configuration.read(OriginSettings.init) }
      reloader.add("policies") { try await policies.reload($0.policies, on: loop) }
      reloader.add("certificates") { try settings.replaceCertificates(with: $0) }
      let current = policies.current(forLoop: 0, on: loop)
      let origin = try listening("ORIGIN_LISTEN", on: settings.listen) {
        try settings.listen.requireUnused()
        return try Origin(settings, decide: { current.decide($0) }, on: loop)
      }
      let process = ProcessMetrics()
      process.add(origin.metrics, of: loop)
      let ops = try settings.monitoring.listen.map { address in
        try listening("ORIGIN_OPS_LISTEN", on: address) {
          try address.requireUnused()
          return try OpsServer(
            on: address, loop: loop, process, [origin.readiness],
            documents: [PolicyStatus.path: { await policies.status(on: loop).json }])
        }
      }
      let address = settings.listen.bound(to: origin.port)
      log.notice("serving", metadata: ["address": "\(address)"])
      if let ops { print("origin ops listens on \(ops.address)") }
      print("origin listens on \(address)")
      fflush(nil)
      await loop.untilTerminated()
      reloader.close()
      log.notice("draining")
      await origin.stop()
      await ops?.stop()
      log.notice("stopped")
    }
  }

  /// A server never migrates by itself: two versions of it may run side by side.
  private func requireSchema(_ settings: OriginSettings, on loop: EventLoop) async throws {
    let pending: [String]
    do { pending = try await OriginSchema.pending(in: settings.database, on: loop) } catch {
      printError("DATABASE_URL: \(error). Is PostgreSQL up, and may this user connect?")
      throw ExitCode(1)
    }
    guard let first = pending.first else { return }
    printError(
      "DATABASE_URL: the schema lacks \(pending.count) steps, from \(first) on. "
        + "Run: moviesnow migrate\(configuration.arguments)")
    throw ExitCode(1)
  }
}
