@testable import Edge
import HTTP
import Settings
import Testing

@Suite struct `Who sent a request` {
  private let resolver = ClientResolver(trusting: [CIDR("10.0.0.0/8")!, CIDR("2001:db8:1::/48")!])

  private func client(_ peer: String, _ fields: [(FieldName, String)]) throws -> ClientIdentity {
    let request = Request(.get, "/", fields: fields)
    request.client = ClientIdentity(address: try #require(IPAddress(peer)))
    resolver.resolve(request)
    return request.client
  }

  private func address(_ peer: String, _ fields: (FieldName, String)...) throws -> String {
    "\(try client(peer, fields).address)"
  }

  @Test func `is the peer, whatever it says, unless it is a trusted proxy`() throws {
    #expect(try address("192.0.2.1", (.xForwardedFor, "198.51.100.9")) == "192.0.2.1")
    #expect(try address("192.0.2.1", (.forwarded, "for=198.51.100.9")) == "192.0.2.1")
    #expect(try client("192.0.2.1", [(.xForwardedFor, "10.0.0.1")]).isVouchedFor == false)
    #expect(try client("10.0.0.1", []).isVouchedFor)
    #expect(try address("10.0.0.1") == "10.0.0.1")
  }

  @Test func `is the last address that no trusted proxy has, so that nobody can put himself in front`() throws {
    #expect(try address("10.0.0.1", (.xForwardedFor, "203.0.113.66, 198.51.100.9")) == "198.51.100.9")
    #expect(try address("10.0.0.1", (.xForwardedFor, "203.0.113.66, 198.51.100.9, 10.0.0.2")) == "198.51.100.9")
    #expect(try address("10.0.0.1", (.xForwardedFor, "10.0.0.3, 10.0.0.2")) == "10.0.0.3")
    // Two fields are one list.
    #expect(
      try address("10.0.0.1", (.xForwardedFor, "203.0.113.66"), (.xForwardedFor, "198.51.100.9")) == "198.51.100.9")
  }

  @Test func `is nobody who decides which traces are sampled, but a trusted proxy does`() throws {
    var random = SystemRandomNumberGenerator()
    let sampled = try #require(TraceContext(Array("00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01".utf8)[...]))
    for (peer, isHeeded) in [("192.0.2.1", false), ("10.0.0.1", true)] {
      let request = Request(.get, "/", fields: [(.xForwardedFor, "198.51.100.9")])
      request.client = ClientIdentity(address: try #require(IPAddress(peer)))
      request.trace = sampled.child(using: &random, sampling: 0)
      resolver.resolve(request)
      #expect(request.trace.isSampled == isHeeded, "\(peer)")
    }
  }

  @Test(arguments: [
    ("198.51.100.9:4711", "198.51.100.9"), ("2001:db8::9", "2001:db8::9"), ("[2001:db8::9]", "2001:db8::9"),
    ("[2001:db8::9]:443", "2001:db8::9"), ("::ffff:198.51.100.9", "198.51.100.9"),
  ])
  func `may be written with a port, or as IPv6`(text: String, expected: String) throws {
    #expect(try address("2001:db8:1::1", (.xForwardedFor, text)) == expected)
    #expect(try address("10.0.0.1", (.forwarded, "proto=https;For=\"\(text)\";by=_x")) == expected)
  }

  @Test(arguments: ["unknown", "_hidden", "", "198.51.100.9:port", "[2001:db8::9", "198.51.100", "198.51.100.9 x"])
  func `is the nearest that is known where the list holds no address`(text: String) throws {
    #expect(try address("10.0.0.1", (.xForwardedFor, "198.51.100.9, \(text), 10.0.0.2")) == "10.0.0.2")
    #expect(try address("10.0.0.1", (.forwarded, "for=198.51.100.9, for=\(text)")) == "10.0.0.1")
  }

  @Test func `is the proxy where its two fields contradict each other: one of them it only passed on`() throws {
    #expect(
      try address("10.0.0.1", (.xForwardedFor, "198.51.100.9"), (.forwarded, "for=203.0.113.66")) == "10.0.0.1")
    #expect(
      try address("10.0.0.1", (.xForwardedFor, "198.51.100.9"), (.forwarded, "for=198.51.100.9")) == "198.51.100.9")
  }

  @Test(arguments: [
    (["TRUSTED_PROXIES": "10.0.0.1/8"], "TRUSTED_PROXIES"), (["TRUSTED_PROXIES": "proxy"], "TRUSTED_PROXIES"),
    (["TRUST_FORWARD_HEADERS": "1"], "TRUSTED_PROXIES"), (["TRUSTED_PROXY_ONLY": "0"], "TRUSTED_PROXY_ONLY"),
  ])
  func `cannot be found out with these settings, which are told by name`(values: [String: String], key: String) {
    let reader = SettingsReader(environment: values)
    _ = ClientResolver(reader)
    #expect(reader.problems.map(\.key) == [key])
  }

  @Test func `is believed of no proxy when that is turned off`() throws {
    let reader = SettingsReader(environment: ["TRUSTED_PROXIES": "10.0.0.0/8", "TRUST_FORWARD_HEADERS": "0"])
    let resolver = ClientResolver(reader)
    let request = Request(.get, "/", fields: [(.xForwardedFor, "198.51.100.9")])
    request.client = ClientIdentity(address: try #require(IPAddress("10.0.0.1")))
    resolver.resolve(request)
    #expect("\(request.client.address)" == "10.0.0.1" && !request.client.isVouchedFor && reader.problems.isEmpty)
  }
}
