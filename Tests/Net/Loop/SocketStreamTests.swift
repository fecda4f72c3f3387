import Glibc
import Loop
import Support
import Testing

@Suite struct `Socket streams` {
  @Test(arguments: [Endpoint.tcp(host: "127.0.0.1", port: 0), .tcp(host: "::1", port: 0)])
  func `bytes cross in both directions, more of them than the kernel buffers`(endpoint: Endpoint) throws {
    let loop = EventLoop()
    let sent = [UInt8]((0..<5_000_000).map { UInt8(truncatingIfNeeded: $0 &* 31) })
    let received = try loop.run { try await echo(sent, through: endpoint, on: loop) }
    #expect(received == sent)
    #expect(loop.handlesLeftOpen == 0)
    #expect(loop.jobsFromOtherThreads == 0)
  }

  @Test func `nobody listening is refused, with the address in the error`() throws {
    let loop = EventLoop()
    try loop.run {
      let listener = try Listener(on: .tcp(host: "127.0.0.1", port: 0), loop: loop) { $0.close() }
      let endpoint = Endpoint.tcp(host: "127.0.0.1", port: listener.port ?? 0)
      listener.close()
      do {
        _ = try await SocketStream.connect(to: endpoint, on: loop, deadline: .seconds(5))
        Issue.record("connected to a closed port")
      } catch StreamError.refused(let refused, _) {
        #expect(refused == endpoint)
      }
    }
  }

  @Test func `writing to a peer that has gone is an error of the stream, not the end of the process`() throws {
    let loop = EventLoop()
    let folder = try TemporaryFolder()
    defer { folder.remove() }
    let _: Void = try loop.run {
      let endpoint = Endpoint.unix(path: "\(folder.path)/gone.sock")
      var hasGone = false
      let listener = try Listener(on: endpoint, loop: loop) { peer in
        peer.close()
        hasGone = true
      }
      defer { listener.close() }
      let stream = try await SocketStream.connect(to: endpoint, on: loop, deadline: .seconds(5))
      var hasEnded = false
      stream.onEnd = { _ in hasEnded = true }
      try await eventually("the peer has gone", on: loop) { hasGone }
      try await eventually("the stream ends", on: loop) {
        stream.write([1])
        return hasEnded
      }
      stream.close()
    }
  }

  @Test func `one that outlives its loop's turn, until work of the pool is done, is closed by both and once`() throws {
    let loop = EventLoop()
    let _: Void = try loop.run {
      let listener = try Listener(on: .tcp(host: "127.0.0.1", port: 0), loop: loop) { $0.close() }
      let endpoint = Endpoint.tcp(host: "127.0.0.1", port: listener.port ?? 0)
      let stream = try await SocketStream.connect(to: endpoint, on: loop, deadline: .seconds(5))
      loop.start {
        _ = try? await loop.offload { usleep(50_000) }
        stream.close()
      }
      await loop.sleep(for: .zero)
      listener.close()
    }
    #expect(loop.handlesLeftOpen == 1)
  }

  /// Sends `bytes` through a listener that returns what it reads, and gathers the answer.
  private func echo(_ bytes: [UInt8], through endpoint: Endpoint, on loop: EventLoop) async throws -> [UInt8] {
    var served: SocketStream?
    let listener = try Listener(on: endpoint, loop: loop) { stream in
      served = stream
      stream.onRead = { stream.write($0) }
      stream.onEnd = { _ in stream.close() }
      stream.startReading()
    }
    guard case .tcp(let host, _) = endpoint, let port = listener.port else { return [] }
    let client = try await SocketStream.connect(to: .tcp(host: host, port: port), on: loop, deadline: .seconds(5))
    #expect(client.peer?.port == port)
    var received: [UInt8] = []
    unsafe await withUnsafeContinuation { (continuation: UnsafeContinuation<Void, Never>) in
      client.onRead = { chunk in
        for index in chunk.indices { received.append(chunk[index]) }
        if received.count == bytes.count { unsafe continuation.resume() }
      }
      client.startReading()
      client.write(bytes)
    }
    client.close()
    listener.close()
    try await eventually("the server has seen the end", on: loop) { served?.isClosed == true }
    return received
  }
}
