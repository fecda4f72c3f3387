internal import Glibc
package import Logging
package import Loop

/// SIGUSR2 starts a successor: the same command, from whatever file has its name by then, on the sockets that this
/// process listens on. Both take clients until the successor serves; then it sends this one SIGTERM. A successor that
/// cannot serve changes nothing.
package final class Succession {
  private let process: ServingProcess
  private let sockets: ListeningSockets
  private let loop: EventLoop
  private let log: Logger
  private var watcher: SignalWatcher?
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

  /// No more of it, and nobody else takes clients from the sockets for this process.
  package func close() {
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
      process.successor = child.pid
      log.notice("a successor starts", metadata: ["process": "\(child.pid)"])
      patience = loop.timer(after: Self.deadline) { child.kill(SIGKILL) }
      loop.start { await self.outlive(child) }
    } catch {
      log.error("no successor; this process goes on", metadata: ["error": "\(error)"])
    }
  }

  /// It has ended while this process has not: it cannot serve.
  private func outlive(_ child: ChildProcess) async {
    let exit = await child.exit
    patience?.cancel()
    process.successor = nil
    log.error(
      "the successor has ended; this process goes on",
      metadata: ["status": "\(exit.status)", "signal": "\(exit.signal)"])
  }
}
