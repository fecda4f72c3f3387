internal import HTTP
internal import Loop
internal import TLS

/// Time that passes, and how a connection ends in order.
extension HTTP2Connection {
  func tick() -> Bool {
    let action = pace.tick(at: now, queued: stream.queuedBytes, taken: stream.sentBytes, limits)
    switch action {
    case .nothing: tickStreams()
    case .finish: fail(.noError)
    case .timeOut: fail(.enhanceYourCalm)
    case .close: close()
    }
    return action != .nothing
  }

  private func tickStreams() {
    guard phase == .open || phase == .draining else { return }
    if phase == .draining { refuseNewStreams() }
    // What we have not taken narrows the window that all share: their time is ours.
    let isOurs = streams.contains { $0.unconsumed > 0 }
    let isStarved = isStarved
    for stream in streams {
      if isOurs || stream.exchange.owesContinue { stream.restartContentClock(at: now) }
      if stream.contentIsLate(at: now, limits) {
        refuse(Problem(.requestTimeout), stream)
      } else {
        let hasRoom = session.hasRoom(for: stream.id)
        let isAlone = stream.isStarved(at: now, hasRoom: hasRoom, limits)
        if isAlone || isStarved && stream.isWaiting { session.reset(stream.id, .cancel) }
      }
    }
    askForTurn()
  }

  /// All streams together get too little room, whoever of them it is that fills it.
  private var isStarved: Bool {
    let isWaitedFor = !session.hasRoom && streams.contains(where: \.isWaiting)
    return lag.isTooLong(at: now, isWaitedFor: isWaitedFor, taken: sentContent, limits)
  }

  /// In two steps, so that no request that is on its way is lost: whoever reads the first opens no more, and what was
  /// sent before that has come by the second. Source: RFC 9113 §6.8.
  func drain() {
    guard phase == .open else { return }
    phase = .draining
    session.announceEnd()
    askForTurn()
  }

  func pingAnswered() {
    if phase == .draining { refuseNewStreams() }
  }

  private func refuseNewStreams() {
    guard !hasRefusedNewStreams else { return }
    hasRefusedNewStreams = true
    session.refuseNewStreams()
    askForTurn()
  }

  func settingsReceived() { pace.settled() }
}
