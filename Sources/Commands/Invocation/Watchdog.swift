package import Loop

/// Tells the supervisor that every worker's loop turns. One that is stuck is silence for all of them, and it
/// starts the process anew.
package final class Watchdog {
  private let process: ServingProcess
  private let home: EventLoop
  private var timer: Timer?

  /// Nil when the supervisor does not want to hear it.
  package init?(of process: ServingProcess, on home: EventLoop) {
    guard let interval = process.supervisor.watchdog else { return nil }
    self.process = process
    self.home = home
    // Twice as often as silence is a failure, as sd_watchdog_enabled(3) advises.
    timer = home.timer(after: .zero, repeating: interval / 2) { [unowned self] in
      home.start { await self.ask(within: interval / 4) }
    }
  }

  package func close() { timer?.cancel() }

  private func ask(within patience: Duration) async {
    guard let loops = process.loops else { return }
    let turning = await home.gather(within: patience, from: loops.map { (loop: $0, say: { @Sendable in true }) })
    if turning.count == loops.count { process.supervisor.tell("WATCHDOG=1") }
  }
}
