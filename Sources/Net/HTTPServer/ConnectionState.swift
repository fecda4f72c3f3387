internal import HTTP
internal import Loop

/// Where a connection stands: events in, actions out. It holds no socket and no clock.
struct ConnectionState {
  enum Phase: Equatable {
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

  private(set) var phase = Phase.idle
  /// The current request's content is still arriving.
  private(set) var contentIsOpen = false
  /// No request comes after this one.
  private(set) var isLast = false
  /// The client has ended its direction.
  private(set) var inputHasEnded = false
  private var deadline: Instant?
  private var contentStart = Instant(nanoseconds: 0)
  private var contentBytes = 0
  private var stalledSince: Instant?
  private var lastQueued = 0

  init(at now: Instant, _ limits: Limits) {
    deadline = now + limits.idleTimeout
  }

  mutating func headStarted(at now: Instant, _ limits: Limits) {
    guard phase == .idle else { return }
    phase = .head
    deadline = now + limits.headTimeout
  }

  mutating func headReceived(hasContent: Bool, keepAlive: Bool, at now: Instant, _ limits: Limits) {
    phase = .exchange
    contentIsOpen = hasContent
    isLast = isLast || !keepAlive || inputHasEnded
    deadline = nil
    contentResumed(at: now, limits)
  }

  mutating func contentArrived(_ count: Int, _ limits: Limits) {
    contentBytes += count
    deadline = contentStart + limits.contentTimeout + .seconds(contentBytes / limits.minimumRate)
  }

  /// We do not read for now: the time is ours, not the client's.
  mutating func contentPaused() { deadline = nil }

  mutating func contentResumed(at now: Instant, _ limits: Limits) {
    guard contentIsOpen, deadline == nil else { return }
    (contentStart, contentBytes) = (now, 0)
    contentArrived(0, limits)
  }

  mutating func contentEnded() {
    contentIsOpen = false
    deadline = nil
  }

  /// No request after this one, whatever the client would like.
  mutating func makeLast() { isLast = true }

  mutating func answerEnded(at now: Instant, _ limits: Limits) -> Action {
    guard phase != .closed else { return .nothing }
    if isLast || contentIsOpen || inputHasEnded {
      phase = .lingering
      deadline = now + limits.lingerTimeout
      return .linger
    }
    phase = .idle
    deadline = now + limits.idleTimeout
    return .next
  }

  mutating func inputEnded() -> Action {
    inputHasEnded = true
    isLast = true
    return phase == .exchange && !contentIsOpen ? .nothing : .close
  }

  mutating func drainStarted(at now: Instant, queued: Int, _ limits: Limits) -> Action {
    isLast = true
    guard phase == .idle else { return .nothing }
    return queued == 0 ? .close : answerEnded(at: now, limits)
  }

  mutating func closed() {
    phase = .closed
    deadline = nil
  }

  /// To be asked now and then. `queued` bytes of the answer wait for the client to read.
  mutating func tick(at now: Instant, queued: Int, _ limits: Limits) -> Action {
    if queued == 0 || queued < lastQueued { stalledSince = nil }
    lastQueued = queued
    if queued > 0 {
      let since = stalledSince ?? now
      stalledSince = since
      if now >= since + limits.writeTimeout { return .close }
      if phase == .lingering || phase == .idle { return .nothing }
    }
    guard let deadline, now >= deadline else { return .nothing }
    return phase == .head || phase == .exchange ? .timeOut : .close
  }
}
