import HTTP
import HTTPServer
import Loop
import Support
import Testing

@Suite struct `The redirect to https` {
  @Test(arguments: [
    (443, "films.test", "https://films.test/a?b"), (443, "films.test:80", "https://films.test/a?b"),
    (8_443, "films.test:8080", "https://films.test:8443/a?b"), (443, "[::1]:80", "https://[::1]/a?b"),
    (8_443, "[::1]", "https://[::1]:8443/a?b"),
  ])
  func `leads to the same name and target, with the port of TLS where it is not 443`(
    port: UInt16, host: String, location: String
  ) throws {
    let loop = EventLoop()
    let _: Void = try loop.run {
      let server = try Server(
        on: .tcp(host: "127.0.0.1", port: 0), loop: loop, service: SecureRedirect(to: port))
      let client = try await RawClient(to: server.port, on: loop)
      client.send("GET /a?b HTTP/1.1\r\nHost: \(host)\r\n\r\n")
      try await client.expect("location: \(location)\r\n")
      client.socket.close()
      await server.drain(deadline: .zero)
    }
  }
}
