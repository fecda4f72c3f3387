internal import HTTP
internal import Loop

/// Requests in: what nghttp2 tells about each stream, until its handler is at work.
extension HTTP2Connection {
  func streamOpened(_ id: Int32) {
    let stream = HTTP2Stream(id, server.takeExchange(at: now), of: self)
    stream.slot = streams.count
    streams.append(stream)
    session.attach(stream)
    pace.streamsOpened()
  }

  /// False when there is no end of it. Trailers have no reader.
  func fieldReceived(_ id: Int32, _ name: Span<UInt8>, _ value: Span<UInt8>, isRequest: Bool) -> Bool {
    guard isRequest, let stream = session.stream(id) else { return true }
    let isBearable = stream.reader.field(name, value, of: stream.exchange.request)
    if !isBearable { fail(.enhanceYourCalm) }
    return isBearable
  }

  func headReceived(_ id: Int32, isWhole: Bool) {
    guard let stream = session.stream(id) else { return }
    let exchange = stream.exchange
    exchange.start = server.loop.exactNow
    server.identify(exchange.request, from: peer)
    stream.hasBegun = true
    stream.contentIsOpen = !isWhole
    stream.restartContentClock(at: now)
    do throws(ParseError) {
      try stream.reader.end(of: exchange.request, isWhole: isWhole)
    } catch {
      return refuse(Problem(error.status), stream)
    }
    exchange.owesContinue = exchange.request.expectsContinue
    dispatch(stream)
  }

  private func dispatch(_ stream: HTTP2Stream) {
    let exchange = stream.exchange
    switch server.ownAnswer(to: exchange.request).map(Dispatch.respond) ?? server.service.dispatch(exchange.request) {
    case .respond(let response):
      exchange.sink = .discarded
      answer(response, stream)
    case .buffered(let limit, let handler):
      buffer(stream, limit, handler)
    case .streamed(let handler):
      let content = RequestContent { [weak self] in self?.contentWanted(stream) }
      if stream.contentIsOpen { exchange.sink = .streamed(content) } else { content.end() }
      exchange.request.announcer = stream
      handle(.later { await handler(exchange.request, content) }, stream)
    }
  }

  private func buffer(_ stream: HTTP2Stream, _ limit: Int, _ handler: @escaping (Request) -> Handling) {
    guard stream.contentIsOpen else { return handle(handler(stream.exchange.request), stream) }
    if case .length(let length) = stream.exchange.request.framing, length > limit {
      return refuse(Problem(.contentTooLarge), stream)
    }
    stream.exchange.sink = .buffered(limit: limit, handler)
    sendContinue(stream)
  }

  private func handle(_ handling: Handling, _ stream: HTTP2Stream) {
    switch handling {
    case .ready(let response): answer(response, stream)
    case .later(let operation):
      server.loop.start { self.answer(await operation(), stream) }
    case .promised(let start): start { [self] in answer($0, stream) }
    }
  }

  // MARK: Content

  func contentReceived(_ id: Int32, _ content: Span<UInt8>) {
    guard let stream = session.stream(id) else { return session.consume(content.count) }
    stream.contentArrived(content.count)
    switch stream.exchange.sink {
    case .buffered(let limit, _):
      session.consume(content.count, of: id)
      stream.exchange.request.body.append(copying: content)
      if stream.exchange.request.body.count > limit { refuse(Problem(.contentTooLarge), stream) }
    case .streamed(let sink):
      stream.unconsumed += content.count
      var piece: [UInt8] = []
      piece.append(copying: content)
      sink.append(piece)
    case .discarded, .none:
      session.consume(content.count)
    }
  }

  func contentEnded(_ id: Int32) {
    guard let stream = session.stream(id) else { return }
    stream.contentIsOpen = false
    switch stream.exchange.sink {
    case .buffered(_, let handler):
      stream.exchange.sink = .discarded
      handle(handler(stream.exchange.request), stream)
    case .streamed(let content): content.end()
    case .discarded, .none: break
    }
  }

  /// The handler has taken all that has come: so much may come again.
  private func contentWanted(_ stream: HTTP2Stream) {
    guard !stream.isClosed else { return }
    sendContinue(stream)
    session.consume(stream.unconsumed, of: stream.id)
    stream.unconsumed = 0
    askForTurn()
  }

  private func sendContinue(_ stream: HTTP2Stream) {
    guard stream.exchange.owesContinue else { return }
    stream.exchange.owesContinue = false
    stream.restartContentClock(at: now)
    announce(.continue, Fields(), stream)
  }

  func announce(_ status: Status, _ fields: Fields, _ stream: HTTP2Stream) {
    guard !stream.isClosed, !stream.exchange.isAnswered else { return }
    var section = Fields()
    section.append(HeadWriter.status, Int(status.code))
    section.append(fields)
    session.submitInterim(section, for: stream)
    askForTurn()
  }
}
