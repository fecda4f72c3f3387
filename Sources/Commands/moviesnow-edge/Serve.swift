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
    discussion: """
      SIGHUP makes it read the certificates and the policies again, those that the settings then name. SIGUSR2 starts \
      the file that its name then means as its successor, which takes its sockets over: no connection is refused.
      """)

  @OptionGroup var configuration: ConfigurationOptions

  func run() throws {
    var loaded = try configuration.load(EdgeSettings.init)
    if let shortage = loaded.limits.fit(openFiles: OpenFiles.raiseLimit()) { printError(shortage) }
    FreedMemory.keep()
    let settings = loaded
    let sockets = ListeningSockets()
    let policies = try settings.loadPolicies()
    let shares = try sockets.take("EDGE_LISTEN", on: settings.listen, workers: settings.workers)
    let redirect = try settings.redirect.map { try sockets.take("EDGE_REDIRECT_LISTEN", on: $0)[0] }
    let ops = try settings.monitoring.listen.map { try sockets.take("EDGE_OPS_LISTEN", on: $0)[0] }
    try sockets.requireNoneLeft()
    JSONLinesLogHandler.install(level: settings.monitoring.logLevel)

    let process = ServingProcess(workers: settings.workers, on: sockets)
    let workers = Workers(settings: settings, policies: policies, answers: AnswerStore(settings))
    let others = shares.enumerated().dropFirst().map { index, share in
      WorkerThread.start(name: "edge-\(index)") {
        let node = workers.node(index, listeningOn: share, on: .current)
        process.serves(on: .current)
        await node.stop(isHandedOver: process.end(on: .current) == .handedOver)
      }
    }
    let loop = EventLoop()
    try loop.run {
      let node = workers.node(0, listeningOn: shares[0], on: loop)
      if let redirect { try node.redirect(from: redirect) }
      // The first worker speaks for all.
      let ops = try ops.map { try workers.ops(node.readiness, listeningOn: $0, on: loop) }
      let log = Logger(label: "edge")
      let upkeep = Upkeep(of: process, on: sockets, log, loop: loop) { [configuration] in
        try configuration.read(EdgeSettings.init)
      }
      upkeep.reloader.add("policies") { try await policies.reload($0.policies, on: loop) }
      upkeep.reloader.add("certificates") { try settings.replaceCertificates(with: $0) }
      if let address = ops?.endpoint { print("edge ops listens on \(address)") }
      if let address = redirect?.first?.endpoint { print("edge redirects from \(address)") }
      print("edge listens on \(shares[0][0].endpoint)")
      fflush(nil)

      await node.stop(isHandedOver: upkeep.serve() == .handedOver)
      await ops?.stop()
      log.notice("stopped")
    }
    for worker in others { worker.join() }
  }
}

/// What the workers of the process have in common.
private struct Workers: Sendable {
  let settings: EdgeSettings
  let policies: ProcessPolicies
  let answers: AnswerStore
  private let metrics = ProcessMetrics()

  init(settings: EdgeSettings, policies: ProcessPolicies, answers: AnswerStore) {
    self.settings = settings
    self.policies = policies
    self.answers = answers
  }

  /// One worker's. That it cannot be had is the end of the process: the others would hide it.
  func node(_ index: Int, listeningOn sockets: [ListeningSocket], on loop: EventLoop) -> EdgeNode {
    var log = Logger(label: "edge")
    log[metadataKey: "worker"] = "\(index)"
    do {
      let node = try EdgeNode(
        settings, policies: policies.current(forLoop: index, on: loop), answers: answers, isFirst: index == 0,
        listeningOn: sockets, on: loop)
      metrics.add(node.metrics, of: loop)
      log.notice("serving", metadata: ["address": "\(sockets[0].endpoint)"])
      return node
    } catch {
      log.critical("this worker cannot serve", metadata: ["error": "\(error)"])
      exit(1)
    }
  }

  func ops(_ readiness: Readiness, listeningOn sockets: [ListeningSocket], on loop: EventLoop) throws -> OpsServer {
    try OpsServer(
      on: sockets, loop: loop, metrics, [readiness],
      documents: [PolicyStatus.path: { [policies] in await policies.status(on: loop).json }])
  }
}
