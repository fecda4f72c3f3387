internal import HTTP
internal import Loop

/// Answers out, each once, and what comes after them.
extension Connection {
  func answer(_ response: Response) {
    guard state.phase == .exchange, let exchange, !exchange.isAnswered else { return give(up: response) }
    exchange.isAnswered = true
    if server.isDraining { state.makeLast() }
    let framing = AnswerFraming(
      response, to: exchange.request.method, exchange.request.version, isLast: state.isLast || leavesContent(exchange))
    if framing.closes { state.makeLast() }
    server.appendHead(response, framing, to: exchange.request, of: self)
    switch response.body {
    case .bytes(let bytes) where framing.content == .counted && bytes.count > limits.streamWindow:
      // At once, all that a slow client has not taken would be copied and kept for it.
      sendStream(PiecewiseContent(bytes, server.costly), length: bytes.count, framing, response.status)
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
  func refuse(_ problem: Problem) {
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

  func report(_ exchange: Exchange, _ status: Status, bytes: Int) {
    server.service.finished(
      exchange.request, status: status, bytes: bytes, duration: server.loop.exactNow - exchange.start)
  }

  func finishExchange() {
    let action = state.answerEnded(at: now)
    failContent(.requestTimeout)
    if state.phase == .idle, let exchange {
      self.exchange = nil
      server.giveBack(exchange)
    }
    obey(action)
  }

  func failContent(_ status: Status) {
    guard let exchange, case .streamed(let content) = exchange.sink else { return }
    content.fail(Problem(status))
    exchange.sink = .discarded
  }
}

extension Connection: Announcing {
  /// HTTP/1.0 knows no interim answers.
  func announce(_ status: Status, _ fields: Fields) {
    guard state.phase == .exchange, let exchange, !exchange.isAnswered, exchange.request.version == .http11 else {
      return
    }
    server.append(Array("HTTP/1.1 \(status.code) \(status.reason)\r\n".utf8) + fields.bytes + [0x0D, 0x0A], of: self)
    server.flushOutput()
  }
}
