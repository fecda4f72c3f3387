internal import FoundationEssentials
internal import Glibc
internal import Loop

/// Who started this process and wants to know how it is: systemd, or nobody. Source: sd_notify(3).
package struct Supervisor: Sendable {
  private let address: UnixAddress?
  /// How often it wants to hear that all is well; nil: not at all.
  package let watchdog: Duration?

  /// As NOTIFY_SOCKET and WATCHDOG_USEC say.
  package init() {
    let environment = ProcessInfo.processInfo.environment
    // Behind `@` stands a name without a file.
    address = environment["NOTIFY_SOCKET"].flatMap { try? UnixAddress($0.hasPrefix("@") ? "\0\($0.dropFirst())" : $0) }
    let isMeant = environment["WATCHDOG_PID"].map { $0 == "\(getpid())" } ?? true
    watchdog = isMeant ? environment["WATCHDOG_USEC"].flatMap { Int64($0) }.map { .microseconds($0) } : nil
  }

  /// One message of assignments: `READY=1`. Nobody waits for it, and nobody misses one that is lost.
  package func tell(_ assignments: String...) {
    address?.send(Array(assignments.joined(separator: "\n").utf8))
  }
}
