internal import CUV
internal import Glibc

/// Where to listen or connect: a host and port, or a unix socket.
package enum Endpoint: Hashable, Sendable, CustomStringConvertible {
  case tcp(host: String, port: UInt16)
  /// The path is shorter than 107 bytes: a limit of the kernel.
  case unix(path: String)

  package var description: String {
    switch self {
    case .tcp(let host, let port): host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)"
    case .unix(let path): "unix:\(path)"
    }
  }
}

extension Endpoint {
  /// The host, or the socket's path.
  package var address: String {
    switch self {
    case .tcp(let host, _): host
    case .unix(let path): path
    }
  }

  /// Nil of a unix socket.
  package var port: UInt16? { if case .tcp(_, let port) = self { port } else { nil } }

  /// `127.0.0.1:8080`, `[::1]:8080` or `unix:/run/edge.sock`; nil for anything else. Names are not listened on.
  package init?(listening text: String) {
    if text.hasPrefix("unix:"), text.count > 5 {
      self = .unix(path: String(text.dropFirst(5)))
      return
    }
    guard let colon = text.lastIndex(of: ":"), let port = UInt16(text[text.index(after: colon)...]) else { return nil }
    let host = text[..<colon].drop { $0 == "[" }.prefix { $0 != "]" }
    guard SocketAddress(numericHost: String(host), port: port) != nil else { return nil }
    self = .tcp(host: String(host), port: port)
  }

  /// Whether a socket that listens at `other` is one that was asked for so: any port counts where 0 was asked for.
  package func isMet(by other: Endpoint) -> Bool {
    guard case .tcp(let host, let port) = self, case .tcp(let otherHost, let otherPort) = other else {
      return self == other
    }
    let asked = SocketAddress(numericHost: host, port: 0)?.addressBytes
    return asked == SocketAddress(numericHost: otherHost, port: 0)?.addressBytes && (port == 0 || port == otherPort)
  }
}

/// A numeric socket address, IPv4 or IPv6.
@safe package struct SocketAddress: Sendable {
  var storage: sockaddr_storage

  init(_ storage: sockaddr_storage) { self.storage = storage }

  /// Nil when `numericHost` is not an address: names go through `EventLoop.resolve`.
  package init?(numericHost: String, port: UInt16) {
    var storage = sockaddr_storage()
    let status = unsafe withUnsafeMutableBytes(of: &storage) { bytes in
      let address = bytes.baseAddress!
      return numericHost.contains(":")
        ? unsafe uv_ip6_addr(numericHost, Int32(port), address.assumingMemoryBound(to: sockaddr_in6.self))
        : unsafe uv_ip4_addr(numericHost, Int32(port), address.assumingMemoryBound(to: sockaddr_in.self))
    }
    guard status == 0 else { return nil }
    self.storage = storage
  }

  package var isIPv6: Bool { storage.ss_family == sa_family_t(AF_INET6) }

  package var port: UInt16 { unsafe withBytes { unsafe UInt16($0[2]) << 8 | UInt16($0[3]) } }

  /// The address in text, without its port.
  package var host: String {
    var text = [CChar](repeating: 0, count: 64)
    unsafe withUnsafePointer { unsafe _ = uv_ip_name($0, &text, text.count) }
    return String(decoding: text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }

  /// The network-order bytes of the address: 4 or 16.
  package var addressBytes: [UInt8] {
    let range = isIPv6 ? 8..<24 : 4..<8
    return unsafe withBytes { unsafe Array($0[range]) }
  }

  func withUnsafePointer<R>(_ body: (UnsafePointer<sockaddr>) throws -> R) rethrows -> R {
    try unsafe withBytes { try unsafe body($0.baseAddress!.assumingMemoryBound(to: sockaddr.self)) }
  }

  private func withBytes<R>(_ body: (UnsafeRawBufferPointer) throws -> R) rethrows -> R {
    try unsafe withUnsafeBytes(of: storage, body)
  }
}
