import HTTP
import Loop
import Support
import Testing

@testable import HTTPServer

/// Whom a server lets in, with real sockets behind a balancer that speaks the PROXY protocol.
@Suite struct `A server's admission` {
  private func serve(
    clientConnections: Int = 1_000, limits: Limits = Limits(),
    _ body: @escaping (EventLoop, Server) async throws -> Void
  ) throws {
    let loop = EventLoop()
    let _: Void = try loop.run {
      var admission = Admission()
      admission.announcing = [CIDR("127.0.0.0/8")!]
      admission.connections = ClientConnections(most: clientConnections)
      let server = try Server(
        on: .tcp(host: "127.0.0.1", port: 0), loop: loop, admission: admission, limits: limits,
        service: TestService(loop))
      let outcome: Result<Void, any Error>
      do { outcome = .success(try await body(loop, server)) } catch { outcome = .failure(error) }
      await server.drain(deadline: .zero)
      try outcome.get()
    }
    #expect(loop.handlesLeftOpen == 0)
  }

  private let get = Array("GET /who HTTP/1.1\r\nHost: h\r\n\r\n".utf8)

  /// A connection of that client, through the balancer.
  private func connect(as client: String, to server: Server, on loop: EventLoop) async throws -> RawClient {
    let raw = try await RawClient(to: server.port, on: loop)
    var header = Array("\r\n\r\n\0\r\nQUIT\n".utf8)
    let address = try #require(IPAddress(client))
    header += address.family == .v4 ? [0x21, 0x11, 0, 12] : [0x21, 0x21, 0, 36]
    address.withNetworkOrder { bytes in for index in bytes.indices { header.append(bytes[index]) } }
    header += [UInt8](repeating: 0, count: address.family == .v4 ? 8 : 20)
    raw.socket.write(header + get)
    return raw
  }

  @Test func `takes the client's address of the balancer, in the same read as the request or byte by byte`() throws {
    try serve { loop, server in
      let whole = try await connect(as: "198.51.100.7", to: server, on: loop)
      try await whole.expect("\r\n\r\n198.51.100.7")
      let pieces = try await RawClient(to: server.port, on: loop)
      for byte in `A load balancer's header`.ofIPv4 + get {
        pieces.socket.write([byte])
        await loop.sleep(for: .zero)
      }
      try await pieces.expect("\r\n\r\n198.51.100.7")
      for client in [whole, pieces] { client.socket.close() }
    }
  }

  @Test func `closes what a balancer leaves without a header, or with half of one for too long`() throws {
    var limits = Limits()
    limits.handshakeTimeout = .milliseconds(50)
    try serve(limits: limits) { loop, server in
      let plain = try await RawClient(to: server.port, on: loop)
      plain.socket.write(get)
      let half = try await RawClient(to: server.port, on: loop)
      half.socket.write(Array(`A load balancer's header`.ofIPv4.prefix(20)))
      for client in [plain, half] {
        try await client.expectEnd()
        #expect(client.received == "")
        client.socket.close()
      }
      #expect(server.refusedConnections == 2)
    }
  }

  @Test func `gives a client so many connections and no more, and a new one for each that ends`() throws {
    try serve(clientConnections: 2) { loop, server in
      let first = try await connect(as: "198.51.100.7", to: server, on: loop)
      let second = try await connect(as: "198.51.100.7", to: server, on: loop)
      for client in [first, second] { try await client.expect("198.51.100.7") }
      let third = try await connect(as: "198.51.100.7", to: server, on: loop)
      try await third.expectEnd()
      let other = try await connect(as: "198.51.100.8", to: server, on: loop)
      try await other.expect("198.51.100.8")
      first.socket.close()
      try await eventually("its end is seen", on: loop) { server.connectionCount == 2 }
      let fourth = try await connect(as: "198.51.100.7", to: server, on: loop)
      try await fourth.expect("198.51.100.7")
      for client in [second, third, other, fourth] { client.socket.close() }
    }
  }

  @Test func `takes addresses beside an IPv6 address for one client, and counts nobody of this machine`() throws {
    try serve(clientConnections: 1) { loop, server in
      let one = try await connect(as: "2001:db8:0:1::1", to: server, on: loop)
      try await one.expect("2001:db8:0:1::1")
      let beside = try await connect(as: "2001:db8:0:1:ffff::2", to: server, on: loop)
      try await beside.expectEnd()
      let elsewhere = try await connect(as: "2001:db8:0:2::1", to: server, on: loop)
      try await elsewhere.expect("2001:db8:0:2::1")
      var own: [RawClient] = []
      for _ in 0..<3 { own.append(try await connect(as: "127.0.0.1", to: server, on: loop)) }
      for client in own { try await client.expect("127.0.0.1") }
      for client in own + [one, beside, elsewhere] { client.socket.close() }
    }
  }
}
