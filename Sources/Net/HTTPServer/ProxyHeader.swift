internal import HTTP

/// What a load balancer says before a connection's first byte: whose it is. Version 2 of the PROXY protocol, the binary
/// one: https://www.haproxy.org/download/2.9/doc/proxy-protocol.txt §2.2.
struct ProxyHeader: Equatable {
  enum Progress: Equatable {
    case needsMore
    case complete(ProxyHeader, consumed: Int)
    /// Something else: nobody who was to send a header did.
    case broken
  }

  /// Nil when the balancer speaks for itself, as for its health checks, or of no address.
  let client: IPAddress?

  private static let signature: [UInt8] = Array("\r\n\r\n\0\r\nQUIT\n".utf8)
  private static let fixedSize = 16
  /// With the balancer's own notes behind the addresses, which are passed over.
  private static let mostSize = 4_096

  static func parse(_ bytes: [UInt8]) -> Progress {
    guard zip(bytes, signature).allSatisfy(==) else { return .broken }
    guard bytes.count >= fixedSize else { return .needsMore }
    let end = fixedSize + Int(bytes[14]) << 8 + Int(bytes[15])
    guard bytes[12] >> 4 == 2, bytes[12] & 0xF <= 1, end <= mostSize else { return .broken }
    guard bytes.count >= end else { return .needsMore }
    guard bytes[12] & 0xF == 1 else { return .complete(ProxyHeader(client: nil), consumed: end) }
    // The client's address stands first; then the balancer's, and both ports.
    let (size, whole) =
      switch bytes[13] {
      case 0x11: (4, 12)
      case 0x21: (16, 36)
      default: (0, 0)
      }
    guard fixedSize + whole <= end else { return .broken }
    let client = IPAddress(networkOrder: bytes[fixedSize..<fixedSize + size])
    return .complete(ProxyHeader(client: client), consumed: end)
  }
}
