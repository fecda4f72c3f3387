internal import ArgumentParser
internal import Edge
internal import Glibc
internal import Invocation
internal import Loop
internal import PolicyHost

struct Serve: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Serve until SIGTERM, then finish what is in flight.")

  @OptionGroup var configuration: ConfigurationOptions

  func run() throws {
    let settings = try configuration.load(EdgeSettings.init)
    let epoch = try settings.loadPolicies()
    var others: [WorkerThread] = []
    try EventLoop().run {
      await serve(settings, epoch, worker: 0) { listen in
        print("edge listens on \(listen)")
        fflush(nil)
        var settings = settings
        settings.listen = listen
        others = (1..<settings.workers).map { [settings] index in
          WorkerThread.start(name: "edge-\(index)") { await serve(settings, epoch, worker: index) }
        }
      }
    }
    for worker in others { worker.join() }
  }
}

/// One worker, until SIGTERM. A worker that cannot listen ends the process: the others would hide it.
/// - Parameter listening: is told where, once it listens.
private func serve(
  _ settings: EdgeSettings, _ epoch: PolicyEpoch, worker: Int, listening: (Endpoint) -> Void = { _ in }
) async {
  let loop = EventLoop.current
  do {
    if worker == 0 { try settings.listen.requireUnused() }
    let policies = epoch.set(forLoop: worker)
    let node = try EdgeNode(settings, policies: { policies }, on: loop)
    listening(settings.listen.bound(to: node.port))
    await loop.untilTerminated()
    await node.stop()
  } catch {
    printError("EDGE_LISTEN: cannot listen on \(settings.listen): \(error). Is another process using it?")
    exit(1)
  }
}
