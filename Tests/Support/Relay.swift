package import Loop

/// Stands between a client and a server on the same loop, and can cut the line at the worst moment.
package final class Relay {
  package let port: UInt16
  /// The connection is cut when the server's next bytes arrive: the request was served, its answer is lost.
  package var losesNextReply = false
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
    guard let upstream = try? await SocketStream.connect(to: server, on: loop, deadline: .seconds(5)) else {
      return client.close()
    }
    let end: (StreamError?) -> Void = { _ in
      client.close()
      upstream.close()
    }
    client.onEnd = end
    upstream.onEnd = end
    client.onRead = { upstream.write($0) }
    upstream.onRead = { [unowned self] bytes in
      guard losesNextReply else { return client.write(bytes) }
      losesNextReply = false
      repliesLost += 1
      end(nil)
    }
    client.startReading()
    upstream.startReading()
  }
}
