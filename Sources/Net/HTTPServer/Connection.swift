internal import HTTP
internal import Loop
internal import TLS

/// One client: bytes in, answers out, driven by its stream's callbacks. A task runs only while an answer must wait.
@safe final class Connection {
  let server: Server
  let stream: ByteStream
  /// Of a unix socket: loopback.
  let peer: IPAddress
  var state: ConnectionState
  var exchange: Exchange?
  /// Its place in the server's list.
  var slot = 0
  /// Received and not consumed: the start of a head, or requests behind an unfinished one.
  private var input: [UInt8] = []
  private var isConsuming = false
  private var drainWaiter: UnsafeContinuation<Void, Never>?

  init(_ stream: ByteStream, server: Server) {
    self.stream = stream
    self.server = server
    peer = stream.socket.peer.flatMap { IPAddress(networkOrder: $0.addressBytes) } ?? .loopback
    state = ConnectionState(at: server.loop.now)
    // The stream holds us until it is closed.
    stream.onRead = { [self] in received($0) }
    stream.onEnd = { [self] in ended($0 == nil) }
    stream.onDrain = { [self] in drained() }
    stream.startReading()
  }

  var limits: Limits { server.limits }
  var now: Instant { server.loop.now }

  // MARK: Bytes in

  private func received(_ bytes: Span<UInt8>) {
    guard state.phase != .lingering else { return }
    if input.isEmpty {
      let used = consume(bytes)
      if used < bytes.count { input.append(copying: bytes.extracting(used..<bytes.count)) }
    } else {
      input.append(copying: bytes)
      consumeInput()
    }
    flushAndPace()
  }

  private func consumeInput() {
    let bytes = input
    input = []
    let used = consume(bytes.span)
    guard used < bytes.count, state.phase != .closed else { return }
    input = used == 0 ? bytes : Array(bytes[used...])
  }

  /// As far as the connection's state lets it; returns the count of bytes that are done with.
  private func consume(_ bytes: Span<UInt8>) -> Int {
    isConsuming = true
    defer { isConsuming = false }
    var offset = 0
    while offset < bytes.count, !server.outputIsFull(of: self) {
      let rest = bytes.extracting(offset..<bytes.count)
      let used =
        switch state.phase {
        case .idle, .head: consumeHead(rest)
        case .exchange where state.contentIsOpen: consumeContent(rest)
        case .exchange: 0
        case .lingering, .closed: rest.count
        }
      guard used > 0 else { break }
      offset += used
    }
    return offset
  }

  private func consumeHead(_ bytes: Span<UInt8>) -> Int {
    state.headStarted(at: now)
    let exchange = exchange ?? server.takeExchange(at: now)
    self.exchange = exchange
    do throws(ParseError) {
      guard case .complete(let consumed) = try exchange.parser.parse(bytes, into: exchange.request) else { return 0 }
      begin(exchange)
      return consumed
    } catch {
      refuse(Problem(error.status))
      return bytes.count
    }
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

  private func ended(_ inOrder: Bool) {
    let action = state.inputEnded()
    if !inOrder || action == .close { close() }
  }

  // MARK: One exchange

  private func begin(_ exchange: Exchange) {
    let request = exchange.request
    exchange.start = server.loop.exactNow
    server.identify(request, from: peer)
    let hasContent = request.head.hasContent
    state.headReceived(hasContent: hasContent, keepAlive: request.head.keepAlive && !server.isDraining, at: now)
    exchange.owesContinue = request.head.expectsContinue
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

  // MARK: Answers

  private func answer(_ response: Response) {
    guard state.phase == .exchange, let exchange, !exchange.isAnswered else { return give(up: response) }
    exchange.isAnswered = true
    if server.isDraining { state.makeLast() }
    let framing = AnswerFraming(
      response, to: exchange.request.method, exchange.request.version, isLast: state.isLast || leavesContent(exchange))
    if framing.closes { state.makeLast() }
    server.appendHead(response, framing, to: exchange.request, of: self)
    switch response.body {
    case .bytes(let bytes) where framing.content == .counted:
      server.append(bytes, of: self)
      finishAnswer(response.status, bytes: bytes.count)
    case .stream(let source, let length) where framing.content != .none:
      sendStream(source, length: length, framing, response.status)
    default:
      finishAnswer(response.status, bytes: 0)
    }
  }

  private func leavesContent(_ exchange: Exchange) -> Bool {
    if case .discarded = exchange.sink { return false }
    return state.contentIsOpen
  }

  private func give(up response: Response) {
    guard let exchange, state.phase == .closed, !exchange.isAnswered else { return }
    exchange.isAnswered = true
    report(exchange, response.status, bytes: 0)
  }

  private func sendStream(_ source: any BodySource, length: Int?, _ framing: AnswerFraming, _ status: Status) {
    let head = server.takeOutput(of: self)
    server.loop.start {
      let writer = StreamedAnswer(head: head, source: source, length: length, framing: framing)
      let isWhole = await writer.run(on: self)
      self.finishAnswer(status, bytes: writer.bytes)
      if !isWhole { self.close() }
      self.server.flushOutput()
    }
  }

  /// Ends the exchange without its handler: the answer says why, and the connection closes after it.
  private func refuse(_ problem: Problem) {
    guard let exchange else { return close() }
    failContent(problem.status)
    state.headReceived(hasContent: false, keepAlive: false, at: now)
    if exchange.isAnswered { return close() }
    if exchange.request.id == server.noID { server.identify(exchange.request, from: peer) }
    answer(problem.response(instance: exchange.request.id))
    server.flushOutput()
  }

  private func finishAnswer(_ status: Status, bytes: Int) {
    guard let exchange else { return }
    report(exchange, status, bytes: bytes)
    if case .discarded = exchange.sink, state.contentIsOpen, !state.isLast { return }
    finishExchange()
  }

  private func report(_ exchange: Exchange, _ status: Status, bytes: Int) {
    server.service.finished(
      exchange.request, status: status, bytes: bytes, duration: server.loop.exactNow - exchange.start)
  }

  private func finishExchange() {
    let action = state.answerEnded(at: now)
    failContent(.requestTimeout)
    if state.phase == .idle, let exchange {
      self.exchange = nil
      server.giveBack(exchange)
    }
    obey(action)
  }

  private func failContent(_ status: Status) {
    guard let exchange, case .streamed(let content) = exchange.sink else { return }
    content.fail(Problem(status))
    exchange.sink = .discarded
  }

  // MARK: Pace and end

  func tick() {
    obey(state.tick(at: now, queued: stream.queuedBytes, limits))
  }

  func drain() { obey(state.drainStarted(at: now, queued: stream.queuedBytes)) }

  private func obey(_ action: ConnectionState.Action) {
    switch action {
    case .nothing: break
    case .next: if !isConsuming { resumeInput() }
    case .timeOut: refuse(Problem(.requestTimeout))
    case .linger: linger()
    case .close: close()
    }
  }

  /// Closing with unread bytes in the kernel would reset the connection and take the answer with it.
  private func linger() {
    server.flushOutput()
    input = []
    if state.inputHasEnded {
      if stream.queuedBytes == 0 { close() }
      return
    }
    stream.shutdown()
    stream.startReading()
  }

  private func drained() {
    wakeWriter()
    if state.phase == .lingering, state.inputHasEnded { return close() }
    resumeInput()
  }

  /// Consumes what was kept while an answer was made, and reads on.
  private func resumeInput() {
    guard !isConsuming, state.phase != .closed, state.phase != .lingering else { return }
    if !input.isEmpty { consumeInput() }
    flushAndPace()
  }

  private func flushAndPace() {
    server.flushOutput()
    guard state.phase != .closed, state.phase != .lingering else { return }
    if mustPause {
      stream.stopReading()
      if state.contentIsOpen { state.contentPaused() }
    } else {
      stream.startReading()
      // Whoever waits for 100 Continue is not slow.
      if exchange?.owesContinue != true { state.contentResumed(at: now) }
    }
  }

  private var mustPause: Bool {
    if input.count > limits.pipelinedBytes || stream.queuedBytes > limits.streamWindow { return true }
    if let exchange, case .streamed(let content) = exchange.sink { return content.waitingBytes > limits.streamWindow }
    return false
  }

  /// False when the connection has closed meanwhile.
  func waitUntilDrained() async -> Bool {
    if stream.queuedBytes > limits.streamWindow, state.phase != .closed {
      unsafe await withUnsafeContinuation { unsafe drainWaiter = $0 }
    }
    return state.phase != .closed
  }

  private func wakeWriter() {
    let waiter = unsafe drainWaiter
    unsafe drainWaiter = nil
    unsafe waiter?.resume()
  }

  func close() {
    guard state.phase != .closed else { return }
    failContent(.badRequest)
    if let exchange, case .buffered = exchange.sink, state.contentIsOpen, !exchange.isAnswered {
      report(exchange, .requestTimeout, bytes: 0)
    }
    state.closed()
    stream.close()
    input = []
    server.forget(self)
    wakeWriter()
  }
}
