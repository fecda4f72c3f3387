import HTTP
@testable import HTTPServer
import Loop
import Settings
import Support
import Testing

@Suite(.serialized) struct `Pages of other origins` {
  private let films = WebOrigin("https://films.example")!

  @Test func `a named origin may read the answer, its errors too, and what it may see is listed`() throws {
    try serve { client in
      client.send(get("/fast", "Origin: https://films.example\r\n") + get("/none", "Origin: https://films.example\r\n"))
      try await client.expect(" 404 ")
      try await client.expect("urn:uuid:")
      #expect(client.count(of: "access-control-allow-origin: https://films.example\r\n") == 2)
      #expect(client.count(of: "access-control-allow-credentials: true\r\n") == 2)
      #expect(client.count(of: "vary: origin\r\n") == 2)
      for exposed in ["ETag", "Content-Range", "Cache-Status", "X-Total-Count", "Link", "X-Reauth"] {
        #expect(client.received.contains(exposed))
      }
    }
  }

  @Test(arguments: [
    "Origin: https://films.example.evil\r\n", "Origin: null\r\n", "Origin: HTTPS://FILMS.EXAMPLE\r\n", "",
  ])
  func `any other gets no permission, and the answer still varies`(field: String) throws {
    try serve { client in
      client.send(get("/fast", field))
      try await client.expect("fast")
      #expect(!client.received.contains("access-control") && client.received.contains("vary: origin\r\n"))
    }
  }

  @Test func `a preflight is answered without the service, and names what the page may send`() throws {
    try serve { client in
      client.send(preflight("https://films.example"))
      try await client.expect("access-control-max-age: 3600\r\n")
      #expect(client.statuses == ["204"])
      for sent in ["X-Reauth", "X-API-Key", "Idempotency-Key", "traceparent", "PATCH"] {
        #expect(client.received.contains(sent))
      }
      client.send(preflight("https://evil.example"))
      try await client.expect("urn:uuid:")
      #expect(client.statuses == ["204", "403"])
      #expect(client.count(of: "access-control-allow-origin") == 1)
    }
  }

  @Test func `without named origins nothing is said about them`() throws {
    try serve(allowing: []) { client in
      client.send(get("/fast", "Origin: https://films.example\r\n") + preflight("https://films.example"))
      try await client.expect("urn:uuid:")
      #expect(client.statuses == ["200", "404"] && !client.received.contains("access-control"))
      #expect(!client.received.contains("vary:"))
    }
  }

  @Test func `what another server said about origins is taken out, other variance stays`() {
    var fields = Fields([
      "access-control-allow-origin": "https://a.example", "Access-Control-Expose-Headers": "ETag",
      .vary: "Accept-Encoding, Origin", .etag: "\"x\"",
    ])
    fields.removeCrossOrigin()
    #expect(fields.bytes.text == "etag: \"x\"\r\nvary: Accept-Encoding\r\n")
  }

  @Test(arguments: ["*", "null", "https://films.example/", "films.example", "https://films.example:x", "ftp://a"])
  func `a setting that is no origin is refused by its name`(_ text: String) {
    let reader = SettingsReader(environment: ["FRONTEND_ORIGINS": "http://localhost:3000,\(text)"])
    _ = CrossOrigin(reader)
    #expect(reader.problems.map(\.key) == ["FRONTEND_ORIGINS"] && reader.problems.first?.value == text)
  }

  private func serve(allowing origins: [WebOrigin]? = nil, _ body: @escaping (RawClient) async throws -> Void) throws {
    let crossOrigin = CrossOrigin(allowing: origins ?? [films])
    let loop = EventLoop()
    let _: Void = try loop.run {
      let server = try Server(
        on: .tcp(host: "127.0.0.1", port: 0), loop: loop, crossOrigin: crossOrigin, service: TestService(loop))
      let client = try await RawClient(to: server.port, on: loop)
      let outcome: Result<Void, any Error>
      do { outcome = .success(try await body(client)) } catch { outcome = .failure(error) }
      client.socket.close()
      await server.drain(deadline: .zero)
      try outcome.get()
    }
  }

  private func get(_ path: String, _ fields: String) -> String { "GET \(path) HTTP/1.1\r\nHost: h\r\n\(fields)\r\n" }

  private func preflight(_ origin: String) -> String {
    """
    OPTIONS /none HTTP/1.1\r\nHost: h\r\nOrigin: \(origin)\r\nAccess-Control-Request-Method: PATCH\r\n\
    Access-Control-Request-Headers: x-reauth\r\n\r\n
    """
  }
}
