import HTTP
import HTTPClient
import Loop
import Support
import TLS
import Testing

/// Against a raw server on the same loop that says exactly what a test wants.
@Suite struct `Web client` {
  @Test func `a kept connection serves the next request`() throws {
    try withServer(.answer("HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nhi")) { server, client in
      for _ in 0..<3 {
        let response = try await client.send(server.get("/"), deadline: .seconds(5))
        #expect(response.status == .ok)
        #expect(try await response.collect(limit: 10).text == "hi")
      }
      #expect(server.accepted == 1 && server.requests == 3)
    }
  }

  @Test func `a kept connection that dies under the next request is replaced once`() throws {
    try withServer(.answer("HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n")) { server, client in
      _ = try await client.send(server.get("/"), deadline: .seconds(5))
      server.dropsNextRequest = true
      #expect(try await client.send(server.get("/"), deadline: .seconds(5)).status == .ok)
      #expect(server.accepted == 2)
    }
  }

  @Test func `a POST is never sent twice, nor a request on a new connection`() throws {
    try withServer(.answer("HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n")) { server, client in
      server.dropsNextRequest = true
      #expect(await failure(of: server.get("/"), client) != nil)
      _ = try await client.send(server.get("/"), deadline: .seconds(5))
      server.dropsNextRequest = true
      let post = ClientRequest(.post, server.authority, "/", body: .bytes([1]))
      #expect(await failure(of: post, client) != nil)
      #expect(server.requests == 3)
    }
  }

  @Test func `a server that says nothing is given up at the deadline`() throws {
    try withServer(.silence) { server, client in
      let error = await failure(of: server.get("/"), client, deadline: .milliseconds(100))
      #expect(error == .timedOut(wasSent: true))
    }
  }

  @Test func `nobody listening is unreachable and was not sent`() throws {
    try withServer(.silence) { server, client in
      let gone = server.get("/")
      server.close()
      let error = await failure(of: gone, client)
      guard case .unreachable = error else {
        Issue.record("\(String(describing: error))")
        return
      }
    }
  }

  @Test func `what is not HTTP is the server's fault`() throws {
    try withServer(.answer("SSH-2.0-OpenSSH_9.2 hello there\r\n")) { server, client in
      let error = await failure(of: server.get("/"), client)
      #expect(error?.fault == .server)
    }
  }

  @Test func `content that ends early is a loss, not an end`() throws {
    try withServer(.answerAndClose("HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nabc")) { server, client in
      let response = try await client.send(server.get("/"), deadline: .seconds(5))
      await #expect(throws: HTTPClientError.self) { try await response.collect(limit: 100) }
    }
  }

  @Test func `more content than the caller takes is refused`() throws {
    try withServer(.answer("HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nabcdefghi")) { server, client in
      let response = try await client.send(server.get("/"), deadline: .seconds(5))
      await #expect(throws: HTTPClientError.tooLarge(limit: 8)) { try await response.collect(limit: 8) }
    }
  }

  @Test func `a slow reader holds the server back`() throws {
    try withServer(.flood(bytes: 64 * 1024 * 1024)) { server, client in
      let response = try await client.send(server.get("/"), deadline: .seconds(5))
      try await eventually("the server is held back", on: server.loop) { server.backlog > 8 * 1024 * 1024 }
      await server.loop.sleep(for: .milliseconds(50))
      #expect(server.backlog > 8 * 1024 * 1024)
      var count = 0
      while let piece = try await response.next() { count += piece.count }
      #expect(count == 64 * 1024 * 1024)
    }
  }

  @Test func `content of unknown length is sent in chunks, as the server takes it`() throws {
    let created = "HTTP/1.1 201 Created\r\ncontent-length: 0\r\n\r\n"
    try withServer(.answer(created, after: "0\r\n\r\n")) { server, client in
      let source = Pieces(["abc", "defgh"])
      let request = ClientRequest(.put, server.authority, "/up", body: .stream(source, length: nil))
      let response = try await client.send(request, deadline: .seconds(5))
      #expect(response.status == .created)
      #expect(server.received.text.hasSuffix("\r\n\r\n3\r\nabc\r\n5\r\ndefgh\r\n0\r\n\r\n"))
    }
  }

  @Test func `content that breaks its promised length ends the exchange`() throws {
    try withServer(.silence) { server, client in
      let request = ClientRequest(.put, server.authority, "/up", body: .stream(Pieces(["abc"]), length: 9))
      #expect(await failure(of: request, client) == .contentFailed)
    }
  }

  @Test func `beyond its connections requests wait, and beyond its queue they are refused`() throws {
    var settings = HTTPClientSettings()
    settings.connections = 1
    settings.queuedRequests = 1
    try withServer(.silence, settings) { server, client in
      var errors: [HTTPClientError] = []
      for _ in 0..<3 {
        server.loop.start {
          do throws(HTTPClientError) {
            _ = try await client.send(server.get("/"), deadline: .milliseconds(200))
          } catch {
            errors.append(error)
          }
        }
      }
      try await eventually("all are answered", on: server.loop) { errors.count == 3 }
      #expect(errors.first == .overloaded)
      #expect(errors.contains(.timedOut(wasSent: true)))
      #expect(server.accepted <= 2)
    }
  }

  @Test func `a certificate of another name or an unknown issuer is refused, the right one is used`() throws {
    let files = try TestCertificate.make(for: "localhost").certificate
    let loop = EventLoop()
    try loop.run { () async throws -> Void in
      let script = ScriptedServer.Script.answer("HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n")
      let server = try ScriptedServer(script, loop, tls: .server([files]))
      defer { server.close() }
      let trusting = WebClient(loop: loop, tls: try .client(caFile: files.chain))
      let doubting = WebClient(loop: loop, tls: try .client())
      let right = Authority(host: "localhost", port: server.port, usesTLS: true)
      let wrong = Authority(host: "127.0.0.1", port: server.port, usesTLS: true)
      #expect(try await trusting.send(ClientRequest(.get, right, "/"), deadline: .seconds(5)).status == .ok)
      for (client, authority) in [(trusting, wrong), (doubting, right)] {
        let request = ClientRequest(.get, authority, "/")
        #expect(await failure(of: request, client)?.fault == .network)
      }
      trusting.close()
      doubting.close()
    }
  }

  /// OpenSSL's server, since ours does not start with such a certificate.
  @Test func `a certificate that has expired is refused, whoever vouches for it`() throws {
    let files = try TestCertificate.make(for: "localhost")
      .dated(from: "20200101000000Z", until: "20200102000000Z").certificate
    let port = FreePort.one()
    let loop = EventLoop()
    try loop.run { () async throws -> Void in
      var command = ChildProcess.Command(
        "/usr/bin/openssl", ["s_server", "-quiet", "-accept", "\(port)", "-cert", files.chain, "-key", files.key])
      command.lastSignal = .kill
      let server = try ChildProcess.spawn(command, on: loop)
      let client = WebClient(loop: loop, tls: try .client(caFile: files.chain))
      let request = ClientRequest(.get, Authority(host: "localhost", port: port, usesTLS: true), "/")
      var refusal: HTTPClientError?
      do {
        try await eventually("it is refused for its age", on: loop) {
          refusal = await failure(of: request, client)
          return String(describing: refusal).contains("certificate has expired")
        }
      } catch { Issue.record("\(error): \(String(describing: refusal))") }
      #expect(refusal?.fault == .network)
      client.close()
      server.kill(9)
      _ = await server.exit
    }
  }

  /// Nil when there was an answer.
  private func failure(
    of request: ClientRequest, _ client: WebClient, deadline: Duration = .seconds(5)
  ) async -> HTTPClientError? {
    do throws(HTTPClientError) {
      _ = try await client.send(request, deadline: deadline)
      return nil
    } catch {
      return error
    }
  }

  private func withServer(
    _ script: ScriptedServer.Script, _ settings: HTTPClientSettings = HTTPClientSettings(),
    _ body: @escaping (ScriptedServer, WebClient) async throws -> Void
  ) throws {
    let loop = EventLoop()
    try loop.run { () async throws -> Void in
      let server = try ScriptedServer(script, loop)
      let client = WebClient(loop: loop, settings: settings)
      defer {
        client.close()
        server.close()
      }
      try await body(server, client)
    }
    #expect(loop.handlesLeftOpen == 0)
  }
}

private final class Pieces: BodySource {
  private var rest: [String]
  init(_ pieces: [String]) { rest = pieces }
  func next() async throws -> [UInt8]? { rest.isEmpty ? nil : Array(rest.removeFirst().utf8) }
}
