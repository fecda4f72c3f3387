internal import HTTP
internal import Loop

/// Answers out, each once, and how a stream ends.
extension HTTP2Connection {
  func answer(_ response: Response, _ stream: HTTP2Stream) {
    let exchange = stream.exchange
    guard !exchange.isAnswered else { return }
    exchange.isAnswered = true
    stream.status = response.status
    guard !stream.isClosed else { return report(stream) }
    if server.isDraining { drain() }
    let framing = AnswerFraming(response, to: exchange.request.method, .http2, isLast: false)
    let hasContent = framing.content == .chunked || framing.content == .counted && framing.length != 0
    server.renderSection(response, framing, to: exchange.request)
    session.submit(server.http2.section, for: stream, hasContent: hasContent)
    askForTurn()
    guard hasContent else { return }
    switch response.body {
    case .bytes(let bytes):
      stream.append(bytes)
      stream.endContent()
    case .stream(let source, let length): pump(source, length: length, stream)
    case .none, .omitted: break
    }
  }

  /// Ends the exchange without its handler: the answer says why.
  func refuse(_ problem: Problem, _ stream: HTTP2Stream) {
    stream.failContent(problem.status)
    stream.exchange.sink = .discarded
    if stream.exchange.isAnswered { return session.reset(stream.id, .cancel) }
    answer(problem.response(instance: stream.exchange.request.id), stream)
  }

  /// Makes content as fast as the client takes it.
  private func pump(_ source: any BodySource, length: Int?, _ stream: HTTP2Stream) {
    server.loop.start {
      var count = 0
      do {
        self.askForTurn()
        while await stream.untilWanted(), let piece = try await source.next() {
          count += piece.count
          // A piece too much breaks the promise as much as one too few.
          if let length, count > length { break }
          stream.append(piece)
          self.contentIsThere(stream)
        }
      } catch {
        count = -1
      }
      guard !stream.isClosed else { return }
      if count >= 0, length == nil || count == length {
        stream.endContent()
        self.contentIsThere(stream)
      } else {
        self.session.reset(stream.id, .internalError)
        self.askForTurn()
      }
    }
  }

  /// Lets those go on who make content, as far as the client takes it and what is made in advance is not too much.
  func wakeWriters() {
    guard streams.contains(where: \.wantsPiece) else { return }
    var held = streams.reduce(0) { $0 + $1.heldContent }
    for stream in streams where stream.wantsPiece && held < limits.http2.contentInAdvance {
      // Later on room is not asked for: that nothing more comes is said without.
      guard stream.sent > 0 || session.hasRoom && session.hasRoom(for: stream.id) else { continue }
      held += HTTP2Stream.pieceSize
      stream.makePiece()
    }
  }

  private func contentIsThere(_ stream: HTTP2Stream) {
    guard !stream.isClosed else { return }
    session.resume(stream.id)
    askForTurn()
  }

  // MARK: Ends

  /// - content: its size in this frame, if it is one of content.
  func answerSent(_ id: Int32, content: Int?, isEnd: Bool) {
    let isCut = content ?? .max < limits.http2.fairContent && session.stream(id)?.outbox.count ?? 0 > 0
    if !isCut { judge.answerSent() }
    // Content that nobody wants any more. RFC 9113 §8.1.
    if isEnd, session.isReceiving(id) { session.reset(id, .noError) }
  }

  func streamReset(_ id: Int32, code: UInt32) {
    let isFault = code != ErrorCode.noError.rawValue
    if !judge.streamResetByUs(id, forFault: isFault, at: now) { fail(.enhanceYourCalm) }
  }

  func streamClosed(_ id: Int32) {
    judge.streamClosed(id)
    guard let stream = session.stream(id), !stream.isClosed else { return }
    let last = streams.removeLast()
    if last !== stream {
      streams[stream.slot] = last
      last.slot = stream.slot
    }
    session.consume(stream.unconsumed)
    end(stream)
    if streams.isEmpty { pace.streamsEnded(at: now) }
  }

  /// Tells everybody who waits for it that the stream is no more.
  func end(_ stream: HTTP2Stream) {
    let isWhole = stream.exchange.isAnswered && stream.outbox.isAtEnd
    stream.failContent(.badRequest)
    stream.close()
    let isUnhandled = if case .buffered = stream.exchange.sink { true } else { false }
    if isUnhandled { stream.status = .requestTimeout }
    if stream.hasBegun, stream.exchange.isAnswered || isUnhandled { report(stream) }
    // Only then nobody holds the request any more.
    if isWhole { server.giveBack(stream.exchange) }
  }

  private func report(_ stream: HTTP2Stream) {
    let duration = server.loop.exactNow - stream.exchange.start
    server.service.finished(
      stream.exchange.request, status: stream.status, bytes: stream.sent, duration: duration)
  }
}
