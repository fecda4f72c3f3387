import HTTP
import Loop
import Support
import TLS
import Testing

@testable import HTTPServer

/// Clients by the hundred that begin to speak TLS, and no more.
@Suite(.serialized) struct `A flood of handshakes` {
  private let many = 800

  /// What a client says first, and what begins like it.
  private enum Start: CaseIterable {
    case nothing, byte, half, hello

    func bytes(_ hello: [UInt8]) -> [UInt8] {
      switch self {
      case .nothing: []
      case .byte: [0x16]
      case .half: Array(hello.prefix(100))
      case .hello: hello
      }
    }
  }

  private func serve(
    _ limits: Limits, _ admission: Admission = Admission(),
    _ body: @escaping (Server, SecureClient.Maker, EventLoop) async throws -> Void
  ) throws {
    try #require(OpenFiles.raiseLimit() > 2 * many + 200)
    let files = try TestCertificate.make(for: "localhost").certificate
    let loop = EventLoop()
    let _: Void = try loop.run {
      let server = try Server(
        on: .tcp(host: "127.0.0.1", port: 0), loop: loop, tls: ServerTLS(try TLSContext.server([files])),
        admission: admission, limits: limits, service: TestService(loop))
      let maker = SecureClient.Maker(try TLSContext.client(caFile: files.chain), server.port ?? 0, loop)
      let outcome: Result<Void, any Error>
      do { outcome = .success(try await body(server, maker, loop)) } catch { outcome = .failure(error) }
      await server.drain(deadline: .zero)
      try outcome.get()
    }
    #expect(loop.handlesLeftOpen == 0)
  }

  @Test func `is let go in time, from bounded memory, and who is there or comes is served meanwhile`() throws {
    var limits = Limits()
    limits.handshakeTimeout = .seconds(4)
    try serve(limits) { server, maker, loop in
      let first = try await maker.connect()
      let hello = try maker.hello()
      let before = residentBytes()
      var flood: [RawClient] = []
      for start in Start.allCases {
        for _ in 0..<many / Start.allCases.count {
          let client = try await RawClient(to: server.port, on: loop)
          client.socket.write(start.bytes(hello))
          flood.append(client)
        }
      }
      try await first.ask()
      let second = try await maker.connect()
      try await second.ask()
      #expect(server.connectionCount == many + 2)
      // Both ends of each. OpenSSL has a record's buffer for each direction, and one for a message, until the end.
      let each = (residentBytes() - before) / many
      #expect(each < 160 * 1024, "\(each) bytes a connection")
      try await eventually("all are let go", on: loop) { flood.allSatisfy(\.hasEnded) }
      for client in flood { client.socket.close() }
      try await first.ask()
      #expect(server.connectionCount == 2)
      for client in [first, second] { client.close() }
    }
  }

  @Test func `of garbage is told so and let go at once`() throws {
    try serve(Limits()) { server, maker, loop in
      var flood: [RawClient] = []
      for _ in 0..<many {
        let client = try await RawClient(to: server.port, on: loop)
        client.socket.write([0x16, 3, 1, 0, 4, 9, 9, 9, 9])
        flood.append(client)
      }
      try await eventually("all are let go", on: loop) { flood.allSatisfy(\.hasEnded) }
      // A fatal alert.
      #expect(flood.allSatisfy { $0.received.utf8.starts(with: [0x15, 3]) })
      for client in flood { client.socket.close() }
      let client = try await maker.connect()
      try await client.ask()
      client.close()
    }
  }

  @Test func `goes on a few in a turn: who is there does not wait for more of them`() throws {
    var limits = Limits()
    limits.handshakes = 1
    try serve(limits) { server, maker, loop in
      let first = try await maker.connect()
      var flood: [RawClient] = []
      for _ in 0..<50 { flood.append(try await RawClient(to: server.port, on: loop)) }
      try await eventually("all are in", on: loop) { server.connectionCount == 51 }
      let hello = try maker.hello()
      for client in flood { client.socket.write(hello) }
      var told = 0
      first.onAnswer = { told = flood.count { !$0.received.isEmpty } }
      try await first.ask()
      #expect(told < 10, "\(told) were told before")
      try await eventually("all are told", on: loop) { flood.allSatisfy { !$0.received.isEmpty } }
      for client in flood { client.socket.close() }
      first.close()
    }
  }

  @Test func `of one address costs no handshake beyond what it may have open`() throws {
    var admission = Admission()
    admission.announcing = [CIDR("127.0.0.0/8")!]
    admission.connections = ClientConnections(most: 2)
    try serve(Limits(), admission) { server, maker, loop in
      let hello = try maker.hello()
      var clients: [RawClient] = []
      for _ in 0..<4 {
        let client = try await RawClient(to: server.port, on: loop)
        client.socket.write(`A load balancer's header`.ofIPv4 + hello)
        clients.append(client)
      }
      try await eventually("two are told, two are closed", on: loop) {
        clients.count { !$0.received.isEmpty } == 2 && clients.count(where: \.hasEnded) == 2
      }
      #expect(clients.allSatisfy { $0.received.isEmpty == $0.hasEnded })
      #expect(server.refusedConnections == 2)
      for client in clients { client.socket.close() }
    }
  }
}

/// A client that ends its handshake, and asks.
private final class SecureClient {
  struct Maker {
    private let tls: TLSContext
    private let port: UInt16
    private let loop: EventLoop

    init(_ tls: TLSContext, _ port: UInt16, _ loop: EventLoop) { (self.tls, self.port, self.loop) = (tls, port, loop) }

    func connect() async throws -> SecureClient {
      let endpoint = Endpoint.tcp(host: "localhost", port: port)
      return SecureClient(try await ByteStream.connect(to: endpoint, tls: tls, on: loop, deadline: .seconds(8)), loop)
    }

    /// A ClientHello like theirs.
    func hello() throws -> [UInt8] {
      let session = TLSSession(tls, serverName: "localhost")
      try session.begin()
      return session.takeCiphertext()
    }
  }

  private let stream: ByteStream
  private let loop: EventLoop
  private var answers = 0
  var onAnswer: () -> Void = {}

  init(_ stream: ByteStream, _ loop: EventLoop) {
    self.stream = stream
    self.loop = loop
    stream.onRead = { [unowned self] _ in
      answers += 1
      onAnswer()
    }
    stream.startReading()
  }

  func ask() async throws {
    let before = answers
    stream.write(Array("GET /fast HTTP/1.1\r\nHost: h\r\n\r\n".utf8))
    try await eventually("an answer", on: loop) { answers > before }
  }

  func close() { stream.close() }
}
