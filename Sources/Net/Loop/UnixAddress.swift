internal import CUV
internal import Glibc

/// Where a unix socket is: a path, or a name without a file, unix(7).
package struct UnixAddress: Sendable {
  private let address: sockaddr_un
  private let size: socklen_t

  /// - Parameter name: a path; or one that begins with a NUL, which has no file.
  /// - Throws: `UVError` when the kernel has no room for it.
  package init(_ name: String) throws(UVError) {
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    let fits = unsafe withUnsafeMutableBytes(of: &address.sun_path) { room in
      guard name.utf8.count < room.count else { return false }
      unsafe room.copyBytes(from: name.utf8)
      return true
    }
    guard fits else { throw UVError(code: UV_ENAMETOOLONG.rawValue) }
    self.address = address
    size = socklen_t(MemoryLayout<sa_family_t>.size + name.utf8.count)
  }

  /// Sends a datagram to whoever is there, without waiting: one that cannot be taken is lost.
  package func send(_ message: [UInt8]) {
    let socket = Glibc.socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
    guard socket >= 0 else { return }
    defer { close(socket) }
    _ = unsafe with { Int32(unsafe sendto(socket, message, message.count, Int32(MSG_DONTWAIT), $0, $1)) }
  }

  /// Hands it to a call of the C library.
  func with(_ call: (UnsafePointer<sockaddr>, socklen_t) -> Int32) -> Int32 {
    unsafe withUnsafePointer(to: address) { address in
      unsafe address.withMemoryRebound(to: sockaddr.self, capacity: 1) { unsafe call($0, size) }
    }
  }
}
