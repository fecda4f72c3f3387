package import Loop

/// Stands between a client and a server on the same loop, and can cut the line at the worst moment.
package final class Relay {
  package let port: UInt16
  /// The connection is cut when the server's next bytes arrive: the request was served, its answer is lost.
  package var losesNextReply = false
  /// The same, on the connection of the first request that holds this text.
  package var losesReplyTo: String?
  /// The server's next bytes lose these last ones, and of all that comes after nothing passes: the server hangs.
  package var hangsWithin: Int?
  /// While it is cut nobody gets through, and the lines that were there are gone.
  package var isCut = false {
    didSet {
      guard isCut else { return }
      for end in ends { end() }
      ends = []
    }
  }
  private var ends: [() -> Void] = []
  package private(set) var repliesLost = 0
  private let server: Endpoint
  private let loop: EventLoop
  private var listener: Listener?

  package init(to server: Endpoint, on loop: EventLoop) throws {
    self.server = server
    self.loop = loop
    var arrived: (SocketStream) -> Void = { _ in }
    let listener = try Listener(on: .tcp(host: "127.0.0.1", port: 0), loop: loop) { arrived($0) }
    port = listener.port ?? 0
    self.listener = listener
    arrived = { [unowned self] client in loop.start { await self.join(client) } }
  }

  package func close() { listener?.close() }

  private func join(_ client: SocketStream) async {
    guard !isCut, let upstream = try? await SocketStream.connect(to: server, on: loop, deadline: .seconds(5)) else {
      return client.close()
    }
    let end: (StreamError?) -> Void = { _ in
      client.close()
      upstream.close()
    }
    ends.append { end(nil) }
    client.onEnd = end
    upstream.onEnd = end
    var losesNext = false
    var hangs = false
    client.onRead = { [self] bytes in
      if let text = losesReplyTo, bytes.holds(text) { (losesNext, losesReplyTo) = (true, nil) }
      upstream.write(bytes)
    }
    upstream.onRead = { [self] bytes in
      if hangs { return }
      if let hangsWithin {
        hangs = true
        return client.write(bytes.extracting(droppingLast: hangsWithin))
      }
      guard losesNext || losesNextReply else { return client.write(bytes) }
      losesNextReply = false
      repliesLost += 1
      end(nil)
    }
    client.startReading()
    upstream.startReading()
  }
}

extension Span<UInt8> {
  fileprivate func holds(_ text: String) -> Bool {
    let count = text.utf8.count
    return self.count >= count
      && (0...self.count - count).contains { extracting($0..<$0 + count).bytesEqual(text) }
  }

  private func bytesEqual(_ text: String) -> Bool {
    zip(indices, text.utf8).allSatisfy { self[$0] == $1 }
  }
}
