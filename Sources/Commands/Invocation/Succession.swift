internal import Glibc
package import Logging
package import Loop

/// SIGUSR2 starts a successor: the same command, from whatever file has its name by then, on the sockets that this
/// process listens on. Both take clients until the successor serves; then it tells this one to end. A successor that
/// cannot serve changes nothing.
package final class Succession {
  private let process: ServingProcess
  private let sockets: ListeningSockets
  private let loop: EventLoop
  private let log: Logger
  private var watcher: SignalWatcher?
  private var child: ChildProcess?
  private var patience: Timer?

  /// One that does not serve by then never will.
  private static let deadline = Duration.seconds(60)

  package init(of process: ServingProcess, on sockets: ListeningSockets, _ log: Logger, on loop: EventLoop) {
    self.process = process
    self.sockets = sockets
    self.loop = loop
    self.log = log
    watcher = SignalWatcher(SIGUSR2, on: loop) { [unowned self] in start() }
  }

  /// No more of it, and nobody else takes clients from the sockets for this process. Whoever stops the service means a
  /// successor too that does not serve yet.
  package func close(_ ending: ServingProcess.Ending) {
    if ending == .stopped { child?.kill(SIGTERM) }
    child = nil
    watcher?.close()
    patience?.cancel()
    sockets.close()
  }

  private func start() {
    if let successor = process.successor {
      log.warning("a successor has been started already", metadata: ["process": "\(successor)"])
      return
    }
    var command = ChildProcess.Command(CommandLine.arguments[0], Array(CommandLine.arguments.dropFirst()))
    sockets.bequeath(to: &command)
    do {
      let child = try ChildProcess.spawn(command, on: loop)
      self.child = child
      process.successor = child.pid
      log.notice("a successor starts", metadata: ["process": "\(child.pid)"])
      patience = loop.timer(after: Self.deadline) { [process] in
        // What it says from now on comes too late.
        process.successor = nil
        child.kill(SIGKILL)
      }
      loop.start { await self.outlive(child) }
    } catch {
      log.error("no successor; this process goes on", metadata: ["error": "\(error)"])
    }
  }

  /// It has ended while this process has not: it cannot serve.
  private func outlive(_ child: ChildProcess) async {
    let exit = await child.exit
    guard self.child === child else { return }
    self.child = nil
    patience?.cancel()
    process.successor = nil
    log.error(
      "the successor has ended; this process goes on",
      metadata: ["status": "\(exit.status)", "signal": "\(exit.signal)"])
  }
}
