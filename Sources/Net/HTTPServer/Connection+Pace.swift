internal import HTTP
internal import Loop
internal import TLS

/// How fast bytes go either way, and how a connection ends.
extension Connection {
  func tick() -> Bool {
    if stream.isEstablished { state.opened(at: now) }
    let action = state.tick(at: now, queued: stream.queuedBytes, taken: stream.sentBytes, limits)
    obey(action)
    return action != .nothing
  }

  func drain() {
    // What has arrived is answered; the next answer says that it is the last.
    if waitsForTurn { return }
    obey(state.drainStarted(at: now, queued: stream.queuedBytes))
  }

  func obey(_ action: ConnectionState.Action) {
    switch action {
    case .nothing: break
    case .next: goOn()
    case .timeOut: refuse(Problem(.requestTimeout))
    case .linger: linger()
    case .close: close()
    }
  }

  /// A pipeline whose answers are made in tasks has no more of a turn than one that is answered as it is read.
  private func goOn() {
    if isConsuming { return }
    if input.isEmpty { return resumeInput() }
    waitForTurn()
  }

  func waitForTurn() {
    waitsForTurn = true
    server.costly.later { [self] in
      waitsForTurn = false
      resumeInput()
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

  func drained() {
    wakeWriter()
    if state.phase == .lingering, state.inputHasEnded { return close() }
    resumeInput()
  }

  /// Consumes what was kept while an answer was made, and reads on.
  func resumeInput() {
    guard !isConsuming, !waitsForTurn, state.phase != .closed, state.phase != .lingering else { return }
    if !input.isEmpty { consumeInput() }
    flushAndPace()
  }

  func flushAndPace() {
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
    if waitsForTurn || input.count > limits.pipelinedBytes || stream.queuedBytes > limits.streamWindow { return true }
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
