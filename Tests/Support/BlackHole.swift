internal import Glibc

/// A loopback port that drops what arrives, as a firewall does: its queue of connections is full, and none is taken.
package final class BlackHole {
  package let port: UInt16
  private var sockets: [Int32] = []

  package init() {
    port = FreePort.one()
    let listener = unsafe Self.socket(port, bind)
    listen(listener, 0)
    // Linux keeps one more than it is told.
    sockets = [listener] + (0..<4).map { _ in unsafe Self.socket(port, connect) }
  }

  package func close() { for socket in sockets { _ = Glibc.close(socket) } }

  /// Non-blocking, after `call` with the port's address.
  private static func socket(_ port: UInt16, _ call: (Int32, UnsafePointer<sockaddr>, socklen_t) -> Int32) -> Int32 {
    let socket = Glibc.socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_NONBLOCK.rawValue), 0)
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = port.bigEndian
    address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
    unsafe withUnsafeBytes(of: &address) { bytes in
      _ = unsafe call(
        socket, bytes.baseAddress!.assumingMemoryBound(to: sockaddr.self), socklen_t(MemoryLayout<sockaddr_in>.size))
    }
    return socket
  }
}
