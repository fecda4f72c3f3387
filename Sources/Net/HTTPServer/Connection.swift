internal import HTTP
internal import Loop
internal import TLS

/// One client: bytes in, answers out, driven by its stream's callbacks. A task runs only while an answer must wait.
@safe final class Connection: WireConnection {
  let server: Server
  let stream: ByteStream
  let peer: IPAddress
  var state: ConnectionState
  var exchange: Exchange?
  /// Its place in the server's list.
  var slot = 0
  /// Received and not consumed: the start of a head, or requests behind an unfinished one.
  var input: [UInt8] = []
  var isConsuming = false
  /// It has had its share of this turn.
  var waitsForTurn = false
  var drainWaiter: UnsafeContinuation<Void, Never>?

  init(_ stream: ByteStream, from peer: IPAddress, server: Server) {
    self.stream = stream
    self.server = server
    self.peer = peer
    state = ConnectionState(at: server.loop.now, isOpen: stream.isEstablished)
    // The stream holds us until it is closed.
    stream.onRead = { [self] in received($0) }
    stream.onEnd = { [self] in ended($0) }
    stream.onDrain = { [self] in drained() }
    stream.startReading()
  }

  var limits: Limits { server.limits }
  var now: Instant { server.loop.now }

  // MARK: Bytes in

  private func received(_ bytes: Span<UInt8>) {
    guard state.phase != .lingering else { return }
    state.opened(at: now)
    if input.isEmpty {
      let used = consume(bytes)
      if used < bytes.count { input.append(copying: bytes.extracting(used..<bytes.count)) }
    } else {
      input.append(copying: bytes)
      consumeInput()
    }
    flushAndPace()
  }

  func consumeInput() {
    let bytes = input
    input = []
    let used = consume(bytes.span)
    guard used < bytes.count, state.phase != .closed else { return }
    input = used == 0 ? bytes : Array(bytes[used...])
  }

  /// As far as the connection's state and its share of the turn let it; returns the count of bytes that are done with.
  private func consume(_ bytes: Span<UInt8>) -> Int {
    isConsuming = true
    defer { isConsuming = false }
    var offset = 0
    var answered = 0
    while offset < bytes.count, !answersAreFull {
      if offset > 0, state.phase == .idle {
        answered += 1
        if answered == limits.pipelinedRequests { waitForTurn() }
      }
      if waitsForTurn { break }
      let rest = bytes.extracting(offset..<bytes.count)
      let used =
        switch state.phase {
        case .idle, .head: consumeHead(rest)
        case .exchange where state.contentIsOpen: consumeContent(rest)
        case .exchange: 0
        case .opening, .lingering, .closed: rest.count
        }
      guard used > 0 else { break }
      offset += used
    }
    return offset
  }

  /// Nothing more is asked of the service for whoever has yet to take what he has asked for.
  private var answersAreFull: Bool { state.phase == .idle && stream.queuedBytes > 0 || server.outputIsFull(of: self) }

  private func consumeHead(_ bytes: Span<UInt8>) -> Int {
    if state.isFresh, isHTTP2(bytes) {
      becomeHTTP2(bytes)
      return bytes.count
    }
    state.headStarted(at: now)
    let exchange = exchange ?? server.takeExchange(at: now)
    self.exchange = exchange
    do throws(ParseError) {
      guard case .complete(let consumed) = try exchange.parser.parse(bytes, into: exchange.request) else { return 0 }
      begin(exchange)
      return consumed
    } catch {
      if state.isFresh, error == .badStartLine, !bytes.firstLineNamesHTTP {
        turnAway()
      } else {
        refuse(Problem(error.status))
      }
      return bytes.count
    }
  }

  /// Whoever speaks something else could not read an answer. Source: RFC 9113 §3.4.
  private func turnAway() {
    exchange = nil
    obey(state.refused(at: now))
  }

  /// As both have agreed by ALPN, whatever comes then; else by the preface. Source: RFC 9113 §3.2, §3.3.
  private func isHTTP2(_ bytes: Span<UInt8>) -> Bool {
    switch stream.applicationProtocol {
    case "h2": true
    case "http/1.1": false
    default: bytes.count >= 16 && bytes.extracting(0..<16).equals("PRI * HTTP/2.0\r\n")
    }
  }

  private func becomeHTTP2(_ bytes: Span<UInt8>) {
    if let exchange { server.giveBack(exchange) }
    exchange = nil
    state.closed()
    server.replace(self, by: HTTP2Connection(stream, from: peer, server: server)).receive(bytes)
  }

  private func consumeContent(_ bytes: Span<UInt8>) -> Int {
    guard let exchange else { return bytes.count }
    do throws(ParseError) {
      var piece: [UInt8] = []
      let progress: ChunkedDecoder.Progress
      if case .buffered = exchange.sink {
        progress = try exchange.decoder.decode(bytes, into: &exchange.request.body)
      } else {
        progress = try exchange.decoder.decode(bytes, into: &piece)
      }
      var used = bytes.count
      if case .complete(let consumed) = progress { used = consumed }
      state.contentArrived(used)
      deliver(piece, isEnd: progress != .needsMore, of: exchange)
      return used
    } catch {
      refuse(Problem(error.status))
      return bytes.count
    }
  }

  private func ended(_ error: ByteStreamError?) {
    if error == .tls(.plainHTTP) {
      stream.socket.write(PlainRequestOnTLS.answer)
      return obey(state.refused(at: now))
    }
    let action = state.inputEnded()
    if error != nil || action == .close { close() }
  }

  // MARK: One exchange

  private func begin(_ exchange: Exchange) {
    let request = exchange.request
    exchange.start = server.loop.exactNow
    server.identify(request, from: peer)
    let hasContent = request.hasContent
    state.headReceived(hasContent: hasContent, keepAlive: request.keepsAlive && !server.isDraining, at: now)
    exchange.owesContinue = request.expectsContinue
    if exchange.owesContinue { state.contentPaused() }
    if hasContent { exchange.decoder = ContentDecoder(request.framing) }
    switch server.ownAnswer(to: request).map(Dispatch.respond) ?? server.service.dispatch(request) {
    case .respond(let response):
      if hasContent { discardContent(of: exchange) }
      answer(response)
    case .buffered(let limit, let handler):
      if hasContent { buffer(exchange, limit, handler) } else { handle(handler(request)) }
    case .streamed(let handler):
      stream(exchange, hasContent: hasContent, to: handler)
    }
  }

  private func buffer(_ exchange: Exchange, _ limit: Int, _ handler: @escaping (Request) -> Handling) {
    if case .length(let length) = exchange.request.framing, length > limit {
      return refuse(Problem(.contentTooLarge))
    }
    exchange.sink = .buffered(limit: limit, handler)
    sendContinue()
  }

  private func stream(
    _ exchange: Exchange, hasContent: Bool, to handler: @escaping (Request, any BodySource) async -> Response
  ) {
    let content = RequestContent { [weak self] in self?.contentWanted() }
    if hasContent { exchange.sink = .streamed(content) } else { content.end() }
    exchange.request.announcer = self
    handle(.later { await handler(exchange.request, content) })
  }

  private func handle(_ handling: Handling) {
    switch handling {
    case .ready(let response): answer(response)
    case .later(let operation):
      server.flushOutput()
      server.loop.start {
        let response = await operation()
        self.answer(response)
        self.server.flushOutput()
      }
    case .promised(let start):
      server.flushOutput()
      start { [self] response in
        answer(response)
        server.flushOutput()
      }
    }
  }

  private func deliver(_ piece: [UInt8], isEnd: Bool, of exchange: Exchange) {
    if isEnd { state.contentEnded() }
    switch exchange.sink {
    case .buffered(let limit, let handler):
      if exchange.request.body.count > limit { return refuse(Problem(.contentTooLarge)) }
      if isEnd { handle(handler(exchange.request)) }
    case .streamed(let content):
      content.append(piece)
      if isEnd { content.end() }
    case .discarded, .none:
      if isEnd, exchange.isAnswered { finishExchange() }
    }
  }

  /// Content that nobody wants is swallowed when it is short; else the connection ends with the answer.
  private func discardContent(of exchange: Exchange) {
    exchange.sink = .discarded
    if case .length(let length) = exchange.request.framing, length <= limits.discardedContent,
      !exchange.owesContinue
    {
      return
    }
    state.makeLast()
  }

  private func contentWanted() {
    sendContinue()
    guard state.contentIsOpen else { return }
    resumeInput()
  }

  private func sendContinue() {
    guard let exchange, exchange.owesContinue else { return }
    exchange.owesContinue = false
    server.append(Array("HTTP/1.1 100 Continue\r\n\r\n".utf8), of: self)
    server.flushOutput()
  }
}

extension Span<UInt8> {
  /// As the request line of any version since 1.0 does, right or wrong.
  fileprivate var firstLineNamesHTTP: Bool {
    let line = extracting(0..<(firstIndex(of: 0x0A) ?? count))
    var start = 0
    while let slash = line.firstIndex(of: UInt8(ascii: "/"), from: start) {
      if slash >= 4, line.extracting(slash - 4..<slash).equalsIgnoringCase("http") { return true }
      start = slash + 1
    }
    return false
  }
}
