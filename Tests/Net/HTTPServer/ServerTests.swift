import HTTP
import HTTPServer
import Loop
import Support
import TLS
import Testing

@Suite(.serialized) struct `A server` {
  private func serve(
    _ limits: Limits = Limits(), _ body: @escaping (RawClient, Server, TestService) async throws -> Void
  ) throws {
    let loop = EventLoop()
    let _: Void = try loop.run {
      let service = TestService(loop)
      let server = try Server(on: .tcp(host: "127.0.0.1", port: 0), loop: loop, limits: limits, service: service)
      let client = try await RawClient(to: server.port, on: loop)
      do { try await body(client, server, service) } catch {
        client.socket.close()
        await server.drain(deadline: .zero)
        throw error
      }
      client.socket.close()
      await server.drain(deadline: .seconds(2))
    }
    #expect(loop.handlesLeftOpen == 0)
    #expect(loop.jobsFromOtherThreads == 0)
  }

  private func get(_ path: String, _ fields: String = "") -> String {
    "GET \(path) HTTP/1.1\r\nHost: h\r\n\(fields)\r\n"
  }

  private func post(_ path: String, _ content: String, _ fields: String = "") -> String {
    "POST \(path) HTTP/1.1\r\nHost: h\r\nContent-Length: \(content.utf8.count)\r\n\(fields)\r\n\(content)"
  }

  @Test func `every answer carries its id, its date and the security fields, and no product`() throws {
    try serve { client, _, service in
      let id = "0b7d8a52-0c6e-4f0b-9a5e-3f6f3f1c2d4e"
      client.send(get("/fast", "X-Request-ID: \(id)\r\n"))
      try await client.expect("\r\n\r\nfast")
      let head = client.received.lowercased()
      for field in [
        "date: ", "x-request-id: \(id)\r\n", "x-content-type-options: nosniff", "content-length: 4\r\n",
        "content-security-policy: default-src 'none'",
      ] { #expect(head.contains(field)) }
      #expect(!head.contains("server:") && !head.contains("strict-transport") && service.finished == ["/fast 200 4"])
    }
  }

  @Test func `errors carry them too, those of a request that cannot be read as well`() throws {
    try serve { client, _, _ in
      client.send(get("/none") + "GET / HTTP/9\r\n\r\n")
      try await client.expectEnd()
      #expect(client.statuses == ["404", "400"])
      for field in [
        "date: ", "x-request-id: ", "traceparent: 00-", "x-content-type-options: nosniff\r\n", "x-frame-options: DENY",
        "referrer-policy: no-referrer", "cache-control: no-store", "\"instance\":\"urn:uuid:",
      ] { #expect(client.count(of: field) == 2, "\(field)") }
      #expect(!client.received.lowercased().contains("\r\nserver:"))
    }
  }

  @Test func `what changes something is not taken as early data`() throws {
    try serve { client, _, _ in
      client.send(post("/echo", "hello", "Early-Data: 1\r\n") + get("/fast", "Early-Data: 1\r\n"))
      try await client.expect("fast")
      #expect(client.statuses == ["425", "200"])
    }
  }

  @Test func `over TLS, and only there, browsers are told to stay with it`() throws {
    let files = try TestCertificate.make(for: "localhost")
    let loop = EventLoop()
    let _: Void = try loop.run {
      let server = try Server(
        on: .tcp(host: "127.0.0.1", port: 0), loop: loop, tls: ServerTLS(try TLSContext.server([files.certificate])),
        service: TestService(loop))
      let client = try await ByteStream.connect(
        to: .tcp(host: "localhost", port: server.port ?? 0),
        tls: try TLSContext.client(caFile: files.certificate.chain), on: loop, deadline: .seconds(5))
      var received = ""
      client.onRead = { bytes in for index in bytes.indices { received.unicodeScalars.append(.init(bytes[index])) } }
      client.startReading()
      client.write(Array(get("/fast").utf8))
      try await eventually("an answer", on: loop) { received.hasSuffix("fast") }
      #expect(received.contains("strict-transport-security: max-age=31536000; includeSubDomains"))
      client.close()
      await server.drain(deadline: .zero)
    }
  }

  @Test func `an answer carries the caller's trace with a span of our own, or a new trace`() throws {
    try serve { client, _, _ in
      let trace = "00-4bf92f3577b34da6a3ce929d0e0e4736-"
      client.send(get("/fast", "traceparent: \(trace)00f067aa0ba902b7-01\r\n"))
      let other = "traceparent: \(trace)00f067aa0ba902b8-01\r\n"
      client.send(get("/fast", other + other))
      client.send(get("/none", "traceparent: \(trace)nonsense\r\n"))
      try await client.expect("urn:uuid:")
      #expect(client.count(of: "traceparent: ") == 3 && client.count(of: "traceparent: \(trace)") == 1)
      #expect(!client.received.contains("00f067aa0ba902b"))
    }
  }

  @Test func `a pipeline is answered in order, slow ones first come first`() throws {
    try serve { client, _, service in
      client.send(get("/fast") + get("/slow") + get("/fast") + post("/echo", "hello") + get("/none"))
      try await client.expect(" 404 ")
      try await client.expect("urn:uuid:")
      #expect(client.statuses == ["200", "200", "200", "200", "404"])
      #expect(service.finished.map { $0.prefix(5) } == ["/fast", "/slow", "/fast", "/echo", "/none"])
    }
  }

  @Test func `a request in single bytes is one request`() throws {
    try serve { client, _, _ in
      for character in post("/echo", "héllo") {
        client.send(String(character))
        await client.loop.sleep(for: .milliseconds(1))
      }
      try await client.expect("\r\n\r\nhéllo")
    }
  }

  @Test func `HEAD and 304 have a head and nothing more`() throws {
    try serve { client, _, _ in
      client.send("HEAD /fast HTTP/1.1\r\nHost: h\r\n\r\n" + get("/gone"))
      try await client.expect("etag: \"x\"\r\n\r\n")
      #expect(client.received.contains("content-length: 4\r\n") && !client.received.contains("fast"))
      #expect(client.count(of: "content-length") == 1)
    }
  }

  @Test func `streamed content is chunked, and a broken promise of length closes`() throws {
    try serve { client, _, service in
      client.send(get("/pieces"))
      try await client.expect("\r\n\r\n3\r\none\r\n3\r\ntwo\r\n0\r\n\r\n")
      client.send(get("/broken"))
      try await client.expectEnd()
      #expect(service.finished == ["/pieces 200 6", "/broken 200 3"])
    }
  }

  @Test func `an HTTP 1.0 client gets the stream until the end`() throws {
    try serve { client, _, _ in
      client.send("GET /pieces HTTP/1.0\r\n\r\n")
      try await client.expectEnd()
      #expect(client.received.hasSuffix("connection: close\r\n\r\nonetwo"))
    }
  }

  @Test func `uploads stream to their handler, framed either way`() throws {
    try serve { client, _, _ in
      client.send(post("/count", String(repeating: "x", count: 100_000)))
      try await client.expect("counted 100000")
      client.send("POST /count HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n")
      client.send("1\r\n!\r\n0\r\n\r\n" + get("/fast"))
      try await client.expect("counted 6")
      try await client.expect("fast")
    }
  }

  @Test func `100 Continue is sent when the content is wanted, and not when it is refused`() throws {
    try serve { client, server, _ in
      client.send("POST /count HTTP/1.1\r\nHost: h\r\nContent-Length: 2\r\nExpect: 100-continue\r\n\r\n")
      try await client.expect("HTTP/1.1 100 Continue\r\n\r\n")
      client.send("ok")
      try await client.expect("counted 2")
      let other = try await RawClient(to: server.port, on: client.loop)
      other.send("POST /echo HTTP/1.1\r\nHost: h\r\nContent-Length: 2000\r\nExpect: 100-continue\r\n\r\n")
      try await other.expectEnd()
      #expect(other.statuses == ["413"])
      other.socket.close()
    }
  }

  @Test func `an answer before the end of the content closes the connection`() throws {
    try serve { client, _, _ in
      client.send("POST /early HTTP/1.1\r\nHost: h\r\nContent-Length: 900000\r\n\r\nsome")
      try await client.expect("connection: close")
      try await client.expectEnd()
      #expect(client.statuses == ["403"])
    }
  }

  @Test func `short content that nobody reads is swallowed`() throws {
    try serve { client, _, _ in
      client.send(post("/none", "abc") + get("/fast"))
      try await client.expect("fast")
      #expect(client.statuses == ["404", "200"])
    }
  }

  @Test(arguments: [
    "INVALID CONNECTION PREFACE\r\n\r\n", "EHLO films.example\r\n", "GET /fast\r\n", "\u{16}\u{3}\u{1}",
  ])
  func `what speaks another protocol is let go without an answer that it could not read`(text: String) throws {
    try serve { client, _, _ in
      client.send(text)
      try await client.expectEnd()
      #expect(client.received == "")
    }
  }

  @Test(arguments: [
    ("GET / HTTP/1.1\r\n\r\n", 0, "400"), ("GET / HTTP/1.1\nHost: h\n\n", 0, "400"),
    ("GET / HTTP/3.0\r\n\r\n", 0, "505"),
    ("POST /echo HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\nxyz", 0, "400"),
    ("POST /echo HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\nfff\r\n", 4_095, "413"),
    ("GET /", 20_000, "414"), ("GET / HTTP/1.1\r\na: ", 20_000, "431"),
  ])
  func `what cannot be served gets its status and a closed connection`(
    text: String, padding: Int, status: String
  ) throws {
    try serve { client, _, _ in
      client.send(text + String(repeating: "a", count: padding))
      try await client.expectEnd()
      #expect(client.statuses == [status] && client.received.contains("application/problem+json"))
    }
  }

  @Test func `heads and contents that take too long get 408, silence gets nothing`() throws {
    var limits = Limits()
    (limits.headTimeout, limits.contentTimeout, limits.idleTimeout) = (.milliseconds(50), .milliseconds(50), .zero)
    try serve(limits) { client, server, _ in
      let head = try await RawClient(to: server.port, on: client.loop)
      let content = try await RawClient(to: server.port, on: client.loop)
      head.send("GET / HT")
      content.send("POST /echo HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\n\r\nab")
      for slow in [head, content] {
        try await slow.expectEnd()
        #expect(slow.statuses == ["408"])
        slow.socket.close()
      }
      try await client.expectEnd()
      #expect(client.received.isEmpty)
    }
  }

  @Test func `a reader that stops is not fed, and in the end dropped`() throws {
    var limits = Limits()
    limits.writeTimeout = .milliseconds(600)
    try serve(limits) { client, server, service in
      let reader = try await RawClient(to: server.port, on: client.loop, reading: false)
      reader.send(get("/flood"))
      try await eventually("the answer is given up", on: client.loop) { service.finished.count == 1 }
      // The kernel's buffers and our window, far from endless.
      #expect(service.floodedPieces < 200)
      reader.socket.close()
    }
  }

  @Test func `draining finishes what is in flight and closes what is idle`() throws {
    try serve { client, server, _ in
      let busy = try await RawClient(to: server.port, on: client.loop)
      busy.send(get("/slow"))
      try await eventually("both are accepted", on: client.loop) { server.connectionCount == 2 }
      await client.loop.sleep(for: .milliseconds(5))
      await server.drain(deadline: .seconds(2))
      try await busy.expect("slow")
      #expect(busy.received.contains("connection: close"))
      try await client.expectEnd()
      #expect(server.connectionCount == 0 && server.port == nil)
      busy.socket.close()
    }
  }
}
