internal import Loop

/// How much time an HTTP/2 connection takes for what, apart from its streams.
struct HTTP2Pace {
  enum Action: Equatable {
    case nothing
    /// Say goodbye: nobody needs this connection.
    case finish
    /// Say why, and go: the client keeps us waiting in the middle of something.
    case timeOut
    case close
  }

  /// Without a stream, or lingering.
  private var idleSince: Instant?
  private var lingers = false
  /// The client's first SETTINGS have come.
  private var isSettled = false
  private let start: Instant
  /// A header section that has begun.
  private var section: (since: Instant, endsWithFrame: Bool)?
  private var lag = Lag()

  init(at now: Instant) {
    start = now
    idleSince = now
  }

  mutating func settled() { isSettled = true }
  mutating func streamsOpened() { idleSince = nil }
  mutating func streamsEnded(at now: Instant) { idleSince = now }

  mutating func lingers(from now: Instant) { (lingers, idleSince) = (true, now) }

  mutating func frameStarted(_ frame: FrameHead, at now: Instant) {
    switch frame.kind {
    case .headers: section = (now, frame.endsSection)
    case .continuation: section = (section?.since ?? now, frame.endsSection)
    default: section = nil
    }
  }

  mutating func bytesRead(isInsideFrame: Bool) {
    if let section, section.endsWithFrame, !isInsideFrame { self.section = nil }
  }

  /// To be asked now and then. `queued` bytes wait for the client to read, `taken` it has read so far.
  mutating func tick(at now: Instant, queued: Int, taken: UInt64, _ limits: Limits) -> Action {
    if lag.isTooLong(at: now, isWaitedFor: queued > 0, taken: taken, limits) { return .close }
    if lingers { return idleSince.map { now >= $0 + limits.lingerTimeout } ?? false ? .close : .nothing }
    if !isSettled, now >= start + limits.headTimeout { return .timeOut }
    if let section, now >= section.since + limits.headTimeout { return .timeOut }
    if let idleSince, queued == 0, now >= idleSince + limits.idleTimeout { return .finish }
    return .nothing
  }
}
