package import Loop

/// Why a byte stream could not be opened, or ended.
package enum ByteStreamError: Error, Equatable {
  case stream(StreamError)
  case tls(TLSError)
  /// The socket ended without close_notify: what was read may be cut short (RFC 8446 §6.1).
  case truncated
}

extension ByteStreamError: CustomStringConvertible {
  package var description: String {
    switch self {
    case .stream(let error): "\(error)"
    case .tls(let error): "\(error)"
    case .truncated: "it ended without TLS's goodbye"
    }
  }
}

/// A connection, plain or TLS: the same callbacks and the same `write`, so that no protocol above asks which it is.
package final class ByteStream {
  /// What has arrived, valid during the call only.
  package var onRead: (Span<UInt8>) -> Void = { _ in } { didSet { if session == nil { socket.onRead = onRead } } }
  /// Called once: nil when the peer has ended in order. The stream is still to be closed.
  package var onEnd: (ByteStreamError?) -> Void = { _ in }
  /// All queued bytes have reached the kernel.
  package var onDrain: () -> Void = {} { didSet { socket.onDrain = onDrain } }

  package let socket: SocketStream
  private let session: TLSSession?
  private var hasEnded = false
  private var handshakeEnded: ((ByteStreamError?) -> Void)?

  /// A stream over a connected or accepted socket. A client's serverName is what the certificate must match.
  /// - Parameter handshakes: the handshake goes on only in turns of the loop in which there is room for it.
  package init(
    _ socket: SocketStream, tls: TLSContext? = nil, serverName: String? = nil, handshakes: TurnQueue? = nil
  ) {
    self.socket = socket
    session = tls.map { TLSSession($0, serverName: serverName) }
    // The socket holds us until `close`. A closure with one strong reference allocates nothing, an unowned one does.
    if let handshakes, session != nil {
      socket.onRead = { [self, handshakes] in receive($0, in: handshakes) }
    } else if session != nil {
      socket.onRead = { [self] in receive($0) }
    }
    socket.onEnd = { [self] error in
      if let error { end(.stream(error)) } else { end(session == nil ? nil : .truncated) }
    }
  }

  /// Connects, and with `tls` waits for the handshake: what comes back can be trusted to be the named host.
  package static func connect(
    to endpoint: Endpoint, tls: TLSContext? = nil, on loop: EventLoop, deadline: Duration
  ) async throws(ByteStreamError) -> ByteStream {
    let end = loop.now + deadline
    let socket: SocketStream
    do { socket = try await SocketStream.connect(to: endpoint, on: loop, deadline: deadline) } catch {
      throw .stream(error)
    }
    var serverName: String?
    if case .tcp(let host, _) = endpoint { serverName = host }
    let stream = ByteStream(socket, tls: tls, serverName: serverName)
    guard tls != nil else { return stream }
    if let failure = await stream.handshake(deadline: end - loop.now) {
      stream.close()
      throw failure
    }
    return stream
  }

  package var queuedBytes: Int { socket.queuedBytes }
  package var sentBytes: UInt64 { socket.sentBytes }
  package var isClosed: Bool { socket.isClosed }
  /// The peer gets the very bytes that are written.
  package var isClear: Bool { session == nil }
  /// Bytes may go either way: a plain stream's always, those of TLS once the handshake has ended.
  package var isEstablished: Bool { session?.isEstablished ?? true }
  /// What a client has chosen by ALPN, known with the first byte that is read; nil when it offered nothing.
  package var applicationProtocol: String? { session?.applicationProtocol }
  /// Whole days until the peer's certificate expires; nil of a plain stream.
  package var peerDaysLeft: Int? { session?.peerDaysLeft }
  package func startReading() { socket.startReading() }
  package func stopReading() { socket.stopReading() }

  package func write(_ bytes: Span<UInt8>) {
    guard let session else { return socket.write(bytes) }
    do {
      try session.send(bytes)
      socket.write(session.takeCiphertext())
    } catch {
      end(.tls(error))
    }
  }

  package func write(_ bytes: [UInt8]) { write(bytes.span) }

  /// Ends our direction once all queued bytes are sent.
  package func shutdown() {
    sayGoodbye()
    socket.shutdown()
  }

  /// Closes at once; no callback comes after it.
  package func close() {
    guard !socket.isClosed else { return }
    sayGoodbye()
    onEnd = { _ in }
    onRead = { _ in }
    onDrain = {}
    socket.close()
  }

  private func sayGoodbye() {
    guard let session else { return }
    session.end()
    socket.write(session.takeCiphertext())
  }

  private func handshake(deadline: Duration) async -> ByteStreamError? {
    guard let session else { return nil }
    let timer = socket.loop.timer(after: deadline) { [weak self] in self?.finishHandshake(.stream(.timedOut)) }
    let failure: ByteStreamError? = unsafe await withUnsafeContinuation { continuation in
      handshakeEnded = { unsafe continuation.resume(returning: $0) }
      do throws(TLSError) {
        try session.begin()
        socket.write(session.takeCiphertext())
        socket.startReading()
      } catch {
        finishHandshake(.tls(error))
      }
    }
    timer.cancel()
    // Whoever takes the stream sets its callbacks before the first byte is handed over.
    socket.stopReading()
    return failure
  }

  private func finishHandshake(_ failure: ByteStreamError?) {
    guard let handshakeEnded else { return }
    self.handshakeEnded = nil
    handshakeEnded(failure)
  }

  /// Of a handshake: it costs as much as a hundred requests.
  private func receive(_ ciphertext: Span<UInt8>, in handshakes: TurnQueue) {
    if handshakes.takesRoom() { return receiveOfHandshake(ciphertext) }
    socket.stopReading()
    let copy = unsafe ciphertext.withUnsafeBufferPointer { unsafe Array($0) }
    handshakes.later { [self] in
      guard !isClosed else { return }
      socket.startReading()
      receiveOfHandshake(copy.span)
    }
  }

  private func receiveOfHandshake(_ ciphertext: Span<UInt8>) {
    receive(ciphertext)
    if isEstablished, !isClosed { socket.onRead = { [self] in receive($0) } }
  }

  private func receive(_ ciphertext: Span<UInt8>) {
    guard let session else { return }
    do {
      let progress = try session.receive(ciphertext)
      socket.write(session.takeCiphertext())
      if progress.handshakeEnded { finishHandshake(nil) }
      if !progress.plaintext.isEmpty { onRead(progress.plaintext.span) }
      if progress.peerEnded { end(nil) }
    } catch {
      // The alert tells the peer why.
      socket.write(session.takeCiphertext())
      end(.tls(error))
    }
  }

  private func end(_ error: ByteStreamError?) {
    guard !hasEnded, !isClosed else { return }
    hasEnded = true
    socket.stopReading()
    if handshakeEnded != nil { return finishHandshake(error ?? .truncated) }
    onEnd(error)
  }
}
