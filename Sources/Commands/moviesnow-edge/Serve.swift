internal import ArgumentParser
internal import Edge
internal import Glibc
internal import Invocation
internal import Logging
internal import Loop
internal import Monitoring
internal import Observability
internal import PolicyHost

struct Serve: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Serve until SIGTERM, then finish what is in flight.",
    discussion: "SIGHUP makes it read the certificates and the policies again, those that the settings then name.")

  @OptionGroup var configuration: ConfigurationOptions

  func run() throws {
    var settings = try configuration.load(EdgeSettings.init)
    if let shortage = settings.limits.fit(openFiles: OpenFiles.raiseLimit()) { printError(shortage) }
    let policies = try settings.loadPolicies()
    JSONLinesLogHandler.install(level: settings.monitoring.logLevel)
    let process = ProcessMetrics()
    let answers = AnswerStore(settings)
    var others: [WorkerThread] = []
    let loop = EventLoop()
    try loop.run {
      let reloader = reloader(settings, policies, on: loop)
      await serve(settings, policies, process, answers, worker: 0) { listen in
        print("edge listens on \(listen)")
        fflush(nil)
        var settings = settings
        settings.listen = listen
        others = (1..<settings.workers).map { [settings] index in
          WorkerThread.start(name: "edge-\(index)") {
            await serve(settings, policies, process, answers, worker: index)
          }
        }
      }
      reloader.close()
    }
    for worker in others { worker.join() }
  }

  /// What SIGHUP reads again, for all workers.
  private func reloader(
    _ settings: EdgeSettings, _ policies: ProcessPolicies, on loop: EventLoop
  ) -> Reloader<EdgeSettings> {
    let reloader = Reloader(on: loop, Logger(label: "edge")) { [configuration] in
      try configuration.read(EdgeSettings.init)
    }
    reloader.add("policies") { try await policies.reload($0.policies, on: loop) }
    reloader.add("certificates") { try settings.replaceCertificates(with: $0) }
    return reloader
  }
}

/// One worker, until SIGTERM. A worker that cannot listen ends the process: the others would hide it.
/// - Parameter started: is told where it listens.
private func serve(
  _ settings: EdgeSettings, _ policies: ProcessPolicies, _ process: ProcessMetrics, _ answers: AnswerStore, worker: Int,
  started: (Endpoint) -> Void = { _ in }
) async {
  let loop = EventLoop.current
  var log = Logger(label: "edge")
  log[metadataKey: "worker"] = "\(worker)"
  do {
    let current = policies.current(forLoop: worker, on: loop)
    let node = try listening("EDGE_LISTEN", on: settings.listen) {
      if worker == 0 { try settings.listen.requireUnused() }
      return try EdgeNode(settings, policies: current, answers: answers, isFirst: worker == 0, on: loop)
    }
    process.add(node.metrics, of: loop)
    // The first worker speaks for all.
    let ops = worker == 0 ? try startOps(settings.monitoring, process, node.readiness, policies, on: loop) : nil
    let address = settings.listen.bound(to: node.port)
    log.notice("serving", metadata: ["address": "\(address)"])
    if let ops { print("edge ops listens on \(ops.address)") }
    if let address = settings.redirect, worker == 0 {
      let bound = try listening("EDGE_REDIRECT_LISTEN", on: address) { try node.redirect(from: address) }
      print("edge redirects from \(bound)")
    }
    started(address)
    await loop.untilTerminated()
    log.notice("draining")
    await node.stop()
    await ops?.stop()
    log.notice("stopped")
  } catch {
    exit(1)
  }
}

private func startOps(
  _ settings: MonitoringSettings, _ process: ProcessMetrics, _ readiness: Readiness, _ policies: ProcessPolicies,
  on loop: EventLoop
) throws -> OpsServer? {
  guard let address = settings.listen else { return nil }
  return try listening("EDGE_OPS_LISTEN", on: address) {
    try address.requireUnused()
    return try OpsServer(
      on: address, loop: loop, process, [readiness],
      documents: [PolicyStatus.path: { await policies.status(on: loop).json }])
  }
}
