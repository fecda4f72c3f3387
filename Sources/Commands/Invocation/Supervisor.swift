internal import FoundationEssentials
internal import Glibc

/// Who started this process and wants to know how it is: systemd, or nobody. Source: sd_notify(3).
package struct Supervisor: Sendable {
  private let socket: String?
  /// How often it wants to hear that all is well; nil: not at all.
  package let watchdog: Duration?

  /// As NOTIFY_SOCKET and WATCHDOG_USEC say.
  package init() {
    let environment = ProcessInfo.processInfo.environment
    socket = environment["NOTIFY_SOCKET"]
    let isMeant = environment["WATCHDOG_PID"].map { $0 == "\(getpid())" } ?? true
    watchdog = isMeant ? environment["WATCHDOG_USEC"].flatMap { Int64($0) }.map { .microseconds($0) } : nil
  }

  /// One message of assignments: `READY=1`. Nobody waits for it, and nobody misses one that is lost.
  package func tell(_ assignments: String...) {
    guard let socket, var address = Self.address(of: socket) else { return }
    let descriptor = Glibc.socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
    guard descriptor >= 0 else { return }
    defer { close(descriptor) }
    let message = Array(assignments.joined(separator: "\n").utf8)
    let size = socklen_t(MemoryLayout<sa_family_t>.size + socket.utf8.count)
    unsafe withUnsafePointer(to: &address) { address in
      unsafe address.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        _ = unsafe sendto(descriptor, message, message.count, Int32(MSG_DONTWAIT), $0, size)
      }
    }
  }

  /// A path, or behind `@` a name without a file.
  private static func address(of socket: String) -> sockaddr_un? {
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    var name = Array(socket.utf8)
    if name.first == UInt8(ascii: "@") { name[0] = 0 }
    let fits = unsafe withUnsafeMutableBytes(of: &address.sun_path) { room in
      guard name.count < room.count else { return false }
      unsafe room.copyBytes(from: name)
      return true
    }
    return fits ? address : nil
  }
}
