import Loop
import Support
import Testing

@Suite struct `Parts of files through a socket` {
  private static let content = (0..<6_000_000).map { UInt8(truncatingIfNeeded: $0 / 251 &* 7 &+ $0) }

  @Test(arguments: [true, false])
  func `a part arrives whole behind what was written, and what is written then behind it`(isInMemory: Bool) throws {
    try run { server, client, loop in
      let memory = try #require(MemoryFile(Self.content))
      let file = NamedFile(memory, isInMemory: isInMemory)
      var hasSent: Bool?
      server.write(Array("head".utf8))
      loop.start {
        hasSent = await server.send(FilePart(file, 1_000, 5_000_000))
        server.write(Array("tail".utf8))
      }
      // Who does not read is waited for.
      try await eventually("the socket is full", on: loop) { server.sentBytes > 4 }
      #expect(hasSent == nil && server.queuedBytes > 0)
      var received: [UInt8] = []
      client.onRead = { bytes in for index in bytes.indices { received.append(bytes[index]) } }
      client.startReading()
      try await eventually("all has come", on: loop) { received.count == 5_000_008 }
      #expect(hasSent == true && server.queuedBytes == 0 && server.sentBytes == 5_000_008)
      #expect(received == Array("head".utf8) + Self.content[1_000..<5_001_000] + Array("tail".utf8))
    }
  }

  @Test func `a stream that is closed, or a file that is too short, ends the sending`() throws {
    try run { server, client, loop in
      let file = try #require(MemoryFile(Self.content))
      #expect(await server.send(FilePart(file, 5_999_999, 2)) == false)
      var hasSent: Bool?
      loop.start { hasSent = await server.send(FilePart(file, 0, 6_000_000)) }
      try await eventually("the socket is full", on: loop) { server.sentBytes > 1 }
      #expect(hasSent == nil)
      server.close()
      try await eventually("it has ended", on: loop) { hasSent == false }
    }
  }

  /// A connection of one loop, from both its ends.
  private func run(_ body: @escaping (SocketStream, SocketStream, EventLoop) async throws -> Void) throws {
    let loop = EventLoop()
    try loop.run {
      var served: SocketStream?
      let listener = try Listener(on: .tcp(host: "127.0.0.1", port: 0), loop: loop) { served = $0 }
      let endpoint = Endpoint.tcp(host: "127.0.0.1", port: listener.port ?? 0)
      let client = try await SocketStream.connect(to: endpoint, on: loop, deadline: .seconds(5))
      try await eventually("it is accepted", on: loop) { served != nil }
      let server = try #require(served)
      try await body(server, client, loop)
      for stream in [server, client] { stream.close() }
      listener.close()
    }
    #expect(loop.handlesLeftOpen == 0)
  }
}

/// Says what it is told to of where its bytes are.
private final class NamedFile: SendableFile {
  private let file: MemoryFile
  private let isInMemory: Bool

  init(_ file: MemoryFile, isInMemory: Bool) {
    self.file = file
    self.isInMemory = isInMemory
  }

  var descriptor: Int32 { file.descriptor }
  func isInMemory(_ offset: Int, _ count: Int) -> Bool { isInMemory }
}
