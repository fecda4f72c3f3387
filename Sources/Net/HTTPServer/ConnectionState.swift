internal import HTTP
internal import Loop

/// Where a connection stands: events in, actions out. It holds no socket and no clock.
struct ConnectionState {
  enum Phase: Equatable {
    /// Before HTTP: a handshake is under way.
    case opening
    /// No byte of a next request yet.
    case idle
    case head
    /// A request and its answer, each of which may end first.
    case exchange
    /// The last answer is written; what the client still sends is thrown away.
    case lingering
    case closed
  }

  enum Action: Equatable {
    case nothing
    /// Ready for the next request, which may have arrived already.
    case next
    /// Answer 408 and linger.
    case timeOut
    /// Everything is said: say goodbye and wait for the client to go.
    case linger
    case close
  }

  private(set) var phase: Phase
  /// No head was complete yet: it may still turn out to be another protocol's.
  private(set) var isFresh = true
  /// The current request's content is still arriving.
  private(set) var contentIsOpen = false
  /// No request comes after this one.
  private(set) var isLast = false
  /// The client has ended its direction.
  private(set) var inputHasEnded = false
  /// When the phase began; of open content, when its time began to run.
  private var since: Instant
  private var contentBytes = 0
  /// We do not read for now: the time is ours, not the client's.
  private var contentIsPaused = false
  private var lag = Lag()

  /// - Parameter isOpen: nothing comes before the first request.
  init(at now: Instant, isOpen: Bool = true) {
    phase = isOpen ? .idle : .opening
    since = now
  }

  mutating func opened(at now: Instant) {
    if phase == .opening { enter(.idle, at: now) }
  }

  /// What came cannot be understood, and all that there is to say is said.
  mutating func refused(at now: Instant) -> Action {
    enter(.lingering, at: now)
    return .linger
  }

  mutating func headStarted(at now: Instant) {
    guard phase == .idle else { return }
    enter(.head, at: now)
  }

  mutating func headReceived(hasContent: Bool, keepAlive: Bool, at now: Instant) {
    enter(.exchange, at: now)
    isFresh = false
    contentIsOpen = hasContent
    contentBytes = 0
    contentIsPaused = false
    isLast = isLast || !keepAlive || inputHasEnded
  }

  mutating func contentArrived(_ count: Int) { contentBytes += count }

  mutating func contentPaused() { contentIsPaused = true }

  mutating func contentResumed(at now: Instant) {
    guard contentIsOpen, contentIsPaused else { return }
    (since, contentBytes, contentIsPaused) = (now, 0, false)
  }

  mutating func contentEnded() { contentIsOpen = false }

  /// No request after this one, whatever the client would like.
  mutating func makeLast() { isLast = true }

  mutating func answerEnded(at now: Instant) -> Action {
    guard phase != .closed else { return .nothing }
    if isLast || contentIsOpen || inputHasEnded {
      enter(.lingering, at: now)
      return .linger
    }
    enter(.idle, at: now)
    return .next
  }

  mutating func inputEnded() -> Action {
    inputHasEnded = true
    isLast = true
    return phase == .exchange && !contentIsOpen ? .nothing : .close
  }

  mutating func drainStarted(at now: Instant, queued: Int) -> Action {
    isLast = true
    guard phase == .idle else { return .nothing }
    return queued == 0 ? .close : answerEnded(at: now)
  }

  mutating func closed() { phase = .closed }

  /// To be asked now and then. `queued` bytes of the answer wait for the client to read, `taken` it has taken so far.
  mutating func tick(at now: Instant, queued: Int, taken: UInt64, _ limits: Limits) -> Action {
    if lag.isTooLong(at: now, isWaitedFor: queued > 0, taken: taken, limits) { return .close }
    if queued > 0, phase == .lingering || phase == .idle { return .nothing }
    guard let end = deadline(limits), now >= end else { return .nothing }
    return phase == .head || phase == .exchange ? .timeOut : .close
  }

  /// Worked out only when it is asked for: no request pays for it.
  private func deadline(_ limits: Limits) -> Instant? {
    switch phase {
    case .opening: since + limits.handshakeTimeout
    case .idle: since + limits.idleTimeout
    case .head: since + limits.headTimeout
    case .exchange where contentIsOpen && !contentIsPaused:
      since + limits.contentTimeout + .seconds(contentBytes / limits.minimumRate)
    case .exchange, .closed: nil
    case .lingering: since + limits.lingerTimeout
    }
  }

  private mutating func enter(_ phase: Phase, at now: Instant) {
    self.phase = phase
    since = now
  }
}
