import Loop
import Support
import TLS
import Testing

@Suite struct `Byte streams` {
  @Test func `TLS carries bytes both ways, more of them than one record`() throws {
    let files = try TestCertificate.make(for: "localhost")
    let loop = EventLoop()
    let sent = [UInt8](repeating: 7, count: 300_000)
    let received = try loop.run {
      let server = try TLSContext.server([files.certificate])
      let client = try TLSContext.client(caFile: files.certificate.chain)
      return try await Echo(loop, server: server).exchange(sent, host: "localhost", client: client)
    }
    #expect(received == sent)
    #expect(loop.handlesLeftOpen == 0)
  }

  @Test func `a certificate of another name is refused, with the reason`() throws {
    let files = try TestCertificate.make(for: "elsewhere.test")
    try expectRefusal(files, trusting: files.certificate.chain, reason: "hostname mismatch")
  }

  @Test func `a certificate that nobody vouches for is refused`() throws {
    let files = try TestCertificate.make(for: "localhost")
    try expectRefusal(files, trusting: nil, reason: "self-signed certificate")
  }

  @Test func `an end that is said is in order, one that is not cuts off what was to come, on either side`() throws {
    let files = try TestCertificate.make(for: "localhost")
    let loop = EventLoop()
    let _: Void = try loop.run {
      let echo = try Echo(loop, server: try TLSContext.server([files.certificate]))
      let tls = try TLSContext.client(caFile: files.certificate.chain)
      for (end, isSaid) in [({ $0.close() }, true), ({ $0.socket.close() }, false)] as [((ByteStream) -> Void, Bool)] {
        let client = try await echo.end(by: { end($1) }, client: tls).client
        let server = try await echo.end(by: { client, _ in end(client) }, client: tls).server
        #expect((client == nil) == isSaid && (server == nil) == isSaid)
      }
      echo.close()
    }
    #expect(loop.handlesLeftOpen == 0)
  }

  private func expectRefusal(_ files: TestCertificate, trusting caFile: String?, reason: String) throws {
    let loop = EventLoop()
    let _: Void = try loop.run {
      let server = try TLSContext.server([files.certificate])
      let client = try TLSContext.client(caFile: caFile)
      do {
        _ = try await Echo(loop, server: server).exchange([1], host: "localhost", client: client)
        Issue.record("the certificate was accepted")
      } catch ByteStreamError.tls(.handshake(let given)) {
        #expect(given.lowercased().contains(reason))
      }
    }
  }
}

/// A TLS server that returns what it reads.
private final class Echo {
  private let loop: EventLoop
  private var listener: Listener?
  private var accepted: [ByteStream] = []

  init(_ loop: EventLoop, server: TLSContext) throws {
    self.loop = loop
    listener = try Listener(on: .tcp(host: "127.0.0.1", port: 0), loop: loop) { [unowned self] socket in
      let stream = ByteStream(socket, tls: server)
      stream.onRead = { stream.write($0) }
      stream.onEnd = { _ in stream.close() }
      stream.startReading()
      accepted.append(stream)
    }
  }

  func close() {
    listener?.close()
    for stream in accepted { stream.close() }
  }

  /// How either side's stream ends, of those that learn of it, when something is done to one of them.
  func end(
    by ending: (_ client: ByteStream, _ server: ByteStream) -> Void, client tls: TLSContext
  ) async throws -> (client: ByteStreamError?, server: ByteStreamError?) {
    let endpoint = Endpoint.tcp(host: "localhost", port: listener?.port ?? 0)
    let client = try await ByteStream.connect(to: endpoint, tls: tls, on: loop, deadline: .seconds(5))
    let server = accepted[accepted.count - 1]
    try await eventually("the handshake's end", on: loop) { server.isEstablished }
    var ends: (client: ByteStreamError?, server: ByteStreamError?) = (nil, nil)
    var count = 0
    client.onEnd = { (ends.client, count) = ($0, count + 1) }
    server.onEnd = { (ends.server, count) = ($0, count + 1) }
    client.startReading()
    ending(client, server)
    try await eventually("an end", on: loop) { count == 1 }
    client.close()
    server.close()
    return ends
  }

  func exchange(_ bytes: [UInt8], host: String, client: TLSContext) async throws -> [UInt8] {
    defer { close() }
    let endpoint = Endpoint.tcp(host: host, port: listener?.port ?? 0)
    let stream = try await ByteStream.connect(to: endpoint, tls: client, on: loop, deadline: .seconds(5))
    var received: [UInt8] = []
    unsafe await withUnsafeContinuation { (continuation: UnsafeContinuation<Void, Never>) in
      stream.onRead = { chunk in
        for index in chunk.indices { received.append(chunk[index]) }
        if received.count == bytes.count { unsafe continuation.resume() }
      }
      stream.startReading()
      stream.write(bytes)
    }
    stream.close()
    return received
  }
}
