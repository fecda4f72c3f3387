internal import HTTP
internal import Loop
internal import TLS

/// One request and its response on one connection. Dropping it before its end closes the connection.
final class Exchange {
  private let loop: EventLoop
  private let stream: ByteStream
  private let settings: HTTPClientSettings
  private let finished: (_ isReusable: Bool) -> Void
  private var reader: ResponseReader
  private let head = Waiter<ResponseHead>()
  private var buffered: [UInt8] = []
  private var onInterim: ((Status, Fields) -> Void)?
  private var reading: Waiter<Void>?
  private var draining: Waiter<Void>?
  private var failure: HTTPClientError?
  private var hasResponse = false
  private var hasEnded = false
  private var isSent = false
  /// The next piece of the request's content is not there yet: whoever makes it is late, not the server.
  private var wantsContent = false
  private var deadline: Instant
  private var timer: Timer?

  /// - Parameter finished: called once, when the connection is free again or to be closed.
  init(
    on stream: ByteStream, loop: EventLoop, method: Method, settings: HTTPClientSettings,
    finished: @escaping (_ isReusable: Bool) -> Void
  ) {
    self.stream = stream
    self.loop = loop
    self.settings = settings
    self.finished = finished
    reader = ResponseReader(to: method)
    deadline = loop.now
  }

  deinit {
    timer?.cancel()
    if !hasEnded { finished(false) }
  }

  /// Not one byte of a response has come.
  var isUnanswered: Bool { !reader.hasBegun }

  /// - Parameter patience: for the head, counted anew from each piece of content that the server takes. While there is
  ///   none to take, it is not counted.
  func perform(_ request: ClientRequest, patience: Duration) async throws(HTTPClientError) -> ResponseHead {
    guard !stream.isClosed else {
      fail(.connectionLost(reason: "the server closed the connection"))
      return try await head.wait()
    }
    stream.onRead = { [weak self] in self?.receive($0) }
    stream.onEnd = { [weak self] in self?.streamEnded($0) }
    stream.onDrain = { [weak self] in self?.drained() }
    onInterim = request.onInterim
    expect(within: patience)
    stream.startReading()
    stream.write(request.serialised())
    if case .stream(let source, let length) = request.body {
      wantsContent = true
      loop.start { [weak self, loop] in await Self.send(source, length: length, patience, loop) { self } }
    } else {
      isSent = true
    }
    return try await head.wait()
  }

  /// Nil while some of it is still to come.
  var wholeContent: [UInt8]? { hasEnded && failure == nil ? buffered : nil }

  /// The next piece of the response's content; nil after the last.
  func next() async throws(HTTPClientError) -> [UInt8]? {
    if buffered.isEmpty, !hasEnded {
      let waiter = Waiter<Void>()
      reading = waiter
      expect(within: settings.stallDeadline)
      stream.startReading()
      try await waiter.wait()
    }
    if buffered.isEmpty, let failure { throw failure }
    guard !buffered.isEmpty else { return nil }
    defer { buffered = [] }
    return buffered
  }

  // MARK: Sending content

  /// Holds the exchange only between pieces, so that a response that nobody waits for ends the sending too.
  private static func send(
    _ source: any BodySource, length: Int?, _ patience: Duration, _ loop: EventLoop, _ exchange: () -> Exchange?
  ) async {
    var left = length
    do {
      while let piece = try await source.next() {
        guard let exchange = exchange(), !exchange.hasEnded else { return }
        left? -= piece.count
        guard left.map({ $0 >= 0 }) ?? true else { return exchange.fail(.contentFailed) }
        try await exchange.send(piece, isChunked: length == nil, patience)
      }
      guard let exchange = exchange(), !exchange.hasEnded else { return }
      guard left ?? 0 == 0 else { return exchange.fail(.contentFailed) }
      if length == nil { exchange.stream.write(Array("0\r\n\r\n".utf8)) }
      exchange.isSent = true
      exchange.wantsContent = false
      exchange.expect(within: patience)
    } catch {
      exchange()?.fail(error as? HTTPClientError ?? .contentFailed)
    }
  }

  private func send(_ piece: [UInt8], isChunked: Bool, _ patience: Duration) async throws(HTTPClientError) {
    wantsContent = false
    expect(within: patience)
    if isChunked {
      stream.write(Array("\(String(piece.count, radix: 16))\r\n".utf8) + piece + [0x0D, 0x0A])
    } else {
      stream.write(piece)
    }
    if stream.queuedBytes > settings.bufferedBytes {
      let waiter = Waiter<Void>()
      draining = waiter
      try await waiter.wait()
    }
    wantsContent = true
  }

  private func drained() {
    draining?.resume(.success(()))
    draining = nil
  }

  // MARK: Receiving

  private func receive(_ bytes: Span<UInt8>) {
    do throws(ParseError) {
      for event in try reader.read(bytes) { take(event) }
    } catch {
      fail(.malformed(error))
    }
  }

  private func take(_ event: ResponseReader.Event) {
    switch event {
    case .interim(let head): onInterim?(head.status, head.fields)
    case .head(let response):
      hasResponse = true
      expect(within: settings.stallDeadline)
      head.resume(.success(response))
    case .content(let bytes):
      if buffered.isEmpty { buffered = bytes } else { buffered += bytes }
      if buffered.count > settings.bufferedBytes { stream.stopReading() }
      wakeReader()
    case .end(let isClean):
      // A server that answers before it has read everything will not read the rest.
      end(isReusable: isClean && isSent)
    }
  }

  private func streamEnded(_ error: ByteStreamError?) {
    if error == nil, let event = reader.finish() { return take(event) }
    fail(.connectionLost(reason: error.map { "\($0)" } ?? "the server closed the connection"))
  }

  private func wakeReader() {
    reading?.resume(.success(()))
    reading = nil
  }

  // MARK: Ending

  private func fail(_ error: HTTPClientError) {
    guard !hasEnded else { return }
    failure = error
    end(isReusable: false)
    head.resume(.failure(error))
  }

  private func end(isReusable: Bool) {
    guard !hasEnded else { return }
    hasEnded = true
    timer?.cancel()
    timer = nil
    finished(isReusable)
    draining?.resume(.failure(failure ?? .connectionLost(reason: "the response came first")))
    draining = nil
    wakeReader()
  }

  private func expect(within patience: Duration) {
    guard !hasEnded else { return }
    deadline = loop.now + patience
    if timer == nil { watch() }
  }

  /// One timer for all deadlines of the exchange: it looks again when it fires early.
  private func watch() {
    timer = loop.timer(after: deadline - loop.now) { [weak self] in
      guard let self else { return }
      timer = nil
      guard loop.now >= deadline else { return watch() }
      // A reader that takes its time is not the server's fault, nor is a writer.
      if hasResponse ? reading == nil && isSent : wantsContent { return }
      fail(.timedOut(wasSent: true))
    }
  }
}
