internal import Glibc
package import Logging
package import Loop

/// What SIGHUP makes a running process read again: its configuration, and with it whatever was added here.
///
/// A part takes what is new as a whole, or keeps what it has; one that fails leaves the others alone. Signals that
/// arrive during a reload mean one more round after it, however many they were.
package final class Reloader<Settings: Sendable> {
  private let loop: EventLoop
  private let supervisor: Supervisor
  private let read: @Sendable () throws -> Settings
  private var parts: [(name: String, reload: (Settings) async throws -> Void)] = []
  private var watcher: SignalWatcher?
  private var isReloading = false
  private var mustReloadAgain = false
  private let log: Logger

  /// From here on SIGHUP no longer ends the process.
  /// - Parameter read: makes the settings anew, on the worker pool.
  package init(
    on loop: EventLoop, _ log: Logger, telling supervisor: Supervisor,
    reading read: @escaping @Sendable () throws -> Settings
  ) {
    self.loop = loop
    self.supervisor = supervisor
    self.log = log
    self.read = read
    watcher = SignalWatcher(SIGHUP, on: loop) { [unowned self] in heard() }
  }

  /// - Parameter name: as the log calls it, in the plural: "policies".
  /// - Parameter reload: has changed nothing when it throws.
  package func add(_ name: String, _ reload: @escaping (Settings) async throws -> Void) {
    parts.append((name, reload))
  }

  /// A reload that is under way still ends.
  package func close() {
    watcher?.close()
    watcher = nil
  }

  private func heard() {
    mustReloadAgain = true
    guard !isReloading else { return }
    isReloading = true
    loop.start { await self.reload() }
  }

  private func reload() async {
    supervisor.tell("RELOADING=1", "MONOTONIC_USEC=\(loop.exactNow.nanoseconds / 1_000)")
    defer { supervisor.tell("READY=1") }
    while mustReloadAgain {
      mustReloadAgain = false
      await note("settings") { try await reloadParts(with: await loop.offload(read)) }
    }
    isReloading = false
  }

  private func reloadParts(with settings: Settings) async {
    for part in parts {
      await note(part.name) {
        try await part.reload(settings)
        log.notice("reloaded", metadata: ["part": "\(part.name)"])
      }
    }
  }

  private func note(_ name: String, _ step: () async throws -> Void) async {
    do { try await step() } catch {
      log.error("not reloaded; what was there stays", metadata: ["part": "\(name)", "error": "\(error)"])
    }
  }
}
