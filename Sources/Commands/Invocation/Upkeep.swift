package import Logging
package import Loop

/// What the first worker of a server does beside serving, for its whole process: SIGHUP reloads, SIGUSR2 starts a
/// successor, the supervisor hears that all is well.
package final class Upkeep<Settings: Sendable> {
  package let reloader: Reloader<Settings>
  private let process: ServingProcess
  private let succession: Succession
  private let watchdog: Watchdog?
  private let loop: EventLoop
  private let log: Logger

  /// - Parameter read: makes the settings anew, on the worker pool.
  package init(
    of process: ServingProcess, on sockets: ListeningSockets, _ log: Logger, loop: EventLoop,
    reading read: @escaping @Sendable () throws -> Settings
  ) {
    self.process = process
    self.loop = loop
    self.log = log
    reloader = Reloader(on: loop, log, telling: process.supervisor, reading: read)
    succession = Succession(of: process, on: sockets, log, on: loop)
    watchdog = Watchdog(of: process, on: loop)
  }

  /// This worker serves; returns when it shall no longer.
  package func serve() async -> ServingProcess.Ending {
    process.serves(on: loop)
    let ending = await process.end(on: loop)
    log.notice("draining", metadata: ["ending": "\(ending)"])
    watchdog?.close()
    succession.close(ending)
    reloader.close()
    return ending
  }
}
