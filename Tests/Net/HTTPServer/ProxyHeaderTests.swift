import HTTP
import Testing

@testable import HTTPServer

/// Source: proxy-protocol.txt §2.2.
@Suite struct `A load balancer's header` {
  /// 198.51.100.7:51234 -> 203.0.113.1:443.
  static let ofIPv4: [UInt8] =
    signature + [0x21, 0x11, 0, 12, 198, 51, 100, 7, 203, 0, 113, 1, 0xC8, 0x22, 0x01, 0xBB]
  private static let signature: [UInt8] = [0x0D, 0x0A, 0x0D, 0x0A, 0, 0x0D, 0x0A, 0x51, 0x55, 0x49, 0x54, 0x0A]
  private static let ofIPv6 =
    signature + [0x21, 0x21, 0, 36, 0x20, 0x01, 0x0D, 0xB8] + [UInt8](repeating: 0, count: 11) + [9]
    + [UInt8](repeating: 0, count: 20)

  private func client(_ bytes: [UInt8]) -> IPAddress? {
    guard case .complete(let header, bytes.count) = ProxyHeader.parse(bytes) else { return nil }
    return header.client
  }

  @Test func `names the client, of either family`() {
    #expect(client(Self.ofIPv4) == IPAddress("198.51.100.7"))
    #expect(client(Self.ofIPv6) == IPAddress("2001:db8::9"))
  }

  @Test func `may be followed by the balancer's notes, and then by the client's bytes`() {
    let notes: [UInt8] = Array(Self.ofIPv4[..<15]) + [12 + 4] + Self.ofIPv4[16...] + [4, 0, 1, 0]
    #expect(client(notes) == IPAddress("198.51.100.7"))
    let more = ProxyHeader.parse(notes + Array("GET /".utf8))
    #expect(more == .complete(ProxyHeader(client: IPAddress("198.51.100.7")), consumed: notes.count))
  }

  @Test func `names nobody when the balancer speaks for itself, or of something else than TCP`() {
    let own = ProxyHeader.parse(Self.signature + [0x20, 0, 0, 0])
    #expect(own == .complete(ProxyHeader(client: nil), consumed: 16))
    let unspecified = ProxyHeader.parse(Self.signature + [0x21, 0, 0, 0])
    #expect(unspecified == .complete(ProxyHeader(client: nil), consumed: 16))
  }

  @Test func `arrives in pieces of any size`() {
    for count in 0..<Self.ofIPv4.count {
      #expect(ProxyHeader.parse(Array(Self.ofIPv4.prefix(count))) == .needsMore, "\(count)")
    }
  }

  @Test func `is refused when it is something else, of another version, too short for its addresses or huge`() {
    let broken: [[UInt8]] = [
      Array("PROXY TCP4 198.51.100.7 203.0.113.1 51234 443\r\n".utf8), Array("GET / HTTP/1.1\r\n".utf8),
      Self.signature + [0x11, 0x11, 0, 12], Self.signature + [0x22, 0x11, 0, 12],
      Self.signature + [0x21, 0x21, 0, 12] + [UInt8](repeating: 0, count: 12),
      Self.signature + [0x21, 0x11, 0xFF, 0xFF],
    ]
    for bytes in broken { #expect(ProxyHeader.parse(bytes) == .broken, "\(bytes)") }
  }
}
