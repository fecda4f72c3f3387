internal import Glibc

/// Loopback TCP ports that nobody listened on a moment ago.
package enum FreePort {
  package static func one() -> UInt16 { bound { $0 } }

  /// The first of two neighbours.
  package static func pair() -> UInt16 {
    for _ in 0..<100 {
      let first = one()
      if first < .max, canBind(first + 1) { return first }
    }
    preconditionFailure("no two neighbouring free ports")
  }

  private static func canBind(_ port: UInt16) -> Bool { bound(port) { $0 != 0 } }

  private static func bound<R>(_ port: UInt16 = 0, _ body: (UInt16) -> R) -> R {
    let socket = Glibc.socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    defer { close(socket) }
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = port.bigEndian
    address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
    var size = socklen_t(MemoryLayout<sockaddr_in>.size)
    let status = unsafe withUnsafeMutableBytes(of: &address) { bytes in
      let pointer = unsafe bytes.baseAddress!.assumingMemoryBound(to: sockaddr.self)
      guard unsafe bind(socket, pointer, size) == 0 else { return Int32(-1) }
      return unsafe getsockname(socket, pointer, &size)
    }
    return body(status == 0 ? UInt16(bigEndian: address.sin_port) : 0)
  }
}
