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
    let others = (1..<settings.workers).map { index in
      WorkerThread.start(name: "edge-\(index)") { await serve(settings, epoch, worker: index) }
    }
    try EventLoop().run { await serve(settings, epoch, worker: 0) }
    for worker in others { worker.join() }
  }
}

/// One worker, until SIGTERM. A worker that cannot listen ends the process: the others would hide it.
private func serve(_ settings: EdgeSettings, _ epoch: PolicyEpoch, worker: Int) async {
  let loop = EventLoop.current
  do {
    let policies = epoch.set(forLoop: worker)
    let node = try EdgeNode(settings, policies: { policies }, on: loop)
    print("edge listens on \(settings.listen)")
    fflush(nil)
    await loop.untilTerminated()
    await node.stop()
  } catch {
    printError("EDGE_LISTEN: cannot listen on \(settings.listen): \(error). Is another process using it?")
    exit(1)
  }
}
