import HTTPServer
import Loop
import Support
import TLS
import Testing

@Suite struct `A server with TLS` {
  @Test func `lets go of whoever does not end the handshake, and not of who is quiet after it`() throws {
    let files = try TestCertificate.make(for: "localhost").certificate
    let loop = EventLoop()
    let _: Void = try loop.run {
      var limits = Limits()
      limits.handshakeTimeout = .milliseconds(200)
      let server = try Server(
        on: .tcp(host: "127.0.0.1", port: 0), loop: loop, tls: ServerTLS(try TLSContext.server([files])),
        limits: limits, service: TestService(loop))
      let quiet = try await ByteStream.connect(
        to: .tcp(host: "localhost", port: server.port ?? 0), tls: try TLSContext.client(caFile: files.chain), on: loop,
        deadline: .seconds(5))
      let silent = try await RawClient(to: server.port, on: loop)
      let half = try await RawClient(to: server.port, on: loop)
      half.socket.write([0x16, 3, 1, 2, 0])
      for client in [silent, half] {
        try await client.expectEnd()
        client.socket.close()
      }
      #expect(server.connectionCount == 1)
      quiet.close()
      await server.drain(deadline: .zero)
    }
    #expect(loop.handlesLeftOpen == 0)
  }
}
