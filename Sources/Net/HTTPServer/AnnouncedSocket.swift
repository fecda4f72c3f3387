internal import HTTP
internal import Loop

/// A load balancer's connection before it is a client's: waits for the header that says whose it is.
final class AnnouncedSocket {
  let socket: SocketStream
  private var received: [UInt8] = []
  private var timer: Timer?
  private let decided: (AnnouncedSocket, ProxyHeader?) -> Void

  /// - Parameter decided: once, unless it is closed before: with the header, or nil when there is none in time.
  init(_ socket: SocketStream, within deadline: Duration, decided: @escaping (AnnouncedSocket, ProxyHeader?) -> Void) {
    self.socket = socket
    self.decided = decided
    timer = socket.loop.timer(after: deadline) { [self] in decide(nil) }
    socket.onRead = { [self] in receive($0) }
    socket.onEnd = { [self] _ in decide(nil) }
    socket.startReading()
  }

  /// What came behind the header.
  var rest: [UInt8] { received }

  func close() {
    timer?.cancel()
    timer = nil
    socket.close()
  }

  private func receive(_ bytes: Span<UInt8>) {
    received.append(copying: bytes)
    switch ProxyHeader.parse(received) {
    case .needsMore: break
    case .broken: decide(nil)
    case .complete(let header, let consumed):
      received.removeFirst(consumed)
      decide(header)
    }
  }

  private func decide(_ header: ProxyHeader?) {
    guard timer != nil else { return }
    timer?.cancel()
    timer = nil
    decided(self, header)
  }
}
