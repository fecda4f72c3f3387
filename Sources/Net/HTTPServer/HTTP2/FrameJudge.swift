internal import Loop

/// Judges frames by their heads alone, before anybody reads them: what floods, and what comes on a stream that is not
/// there any more. nghttp2 forgets a stream as it closes, and lets pass what comes after. Source: RFC 9113 §5.1, §10.5.
struct FrameJudge {
  enum Verdict: Equatable {
    case pass
    /// Only if its stream is still there; else ask `verdictOnClosed`, once all before it is read.
    case passIfOpen
    case refuse(ErrorCode)
  }

  private let limits: HTTP2Limits
  private var resets: Allowance
  private var idleFrames: Allowance
  /// The highest that the client has opened.
  private(set) var lastStream: Int32 = 0
  private var sectionSize = 0
  /// Closed ones of late. A client may not know yet that we have reset a stream of its.
  private var closed = RecentStreams(limit: 128)
  private var resetByUs = RecentStreams(limit: 256)

  init(_ limits: HTTP2Limits, at now: Instant) {
    self.limits = limits
    resets = Allowance(limits.resets, at: now)
    idleFrames = Allowance(limits.idleFrames, at: now)
  }

  mutating func judge(_ frame: FrameHead, at now: Instant) -> Verdict {
    // A priority that depends on itself, or an update of one for no stream at all. RFC 7540 §5.3.1, RFC 9218 §7.1.
    if let dependency = frame.dependency, dependency == frame.stream { return .refuse(.protocolError) }
    switch frame.kind {
    case .headers:
      sectionSize = frame.length
      return headers(frame)
    case .continuation:
      sectionSize += frame.length
      if sectionSize > limits.sectionSize { return .refuse(.enhanceYourCalm) }
      return frame.length == 0 ? idle(at: now) : .pass
    case .data:
      if frame.length == 0, !frame.endsStream, !idleFrames.spend(at: now) { return .refuse(.enhanceYourCalm) }
      return frame.stream > lastStream || frame.stream == 0 ? .pass : .passIfOpen
    case .resetStream:
      return resets.spend(at: now) ? .pass : .refuse(.enhanceYourCalm)
    case .priority where frame.stream == 0:
      return .refuse(.protocolError)
    case .priority, .settings, .ping, .goAway, .windowUpdate, .pushPromise, .priorityUpdate, nil:
      return idle(at: now)
    }
  }

  /// A part of an answer went out: so much may the client tell us about it, such as that it has room for more.
  mutating func answerSent() { idleFrames.regain(2) }

  mutating func streamClosed(_ id: Int32) { closed.insert(id) }

  /// On a frame for a stream that is not there any more. One that we have reset may have got it before the client knew.
  func verdictOnClosed(_ frame: FrameHead) -> Verdict {
    if resetByUs.contains(frame.stream) { return .pass }
    // A stream that was never used is closed by the use of a later one. RFC 9113 §5.1.1.
    return .refuse(frame.kind == .data || closed.contains(frame.stream) ? .streamClosed : .protocolError)
  }

  /// False when that was once too often for the client's faults.
  mutating func streamResetByUs(_ id: Int32, forFault: Bool, at now: Instant) -> Bool {
    resetByUs.insert(id)
    return !forFault || resets.spend(at: now)
  }

  private mutating func headers(_ frame: FrameHead) -> Verdict {
    guard frame.stream > lastStream else { return .passIfOpen }
    lastStream = frame.stream
    return .pass
  }

  private mutating func idle(at now: Instant) -> Verdict {
    idleFrames.spend(at: now) ? .pass : .refuse(.enhanceYourCalm)
  }
}

/// Source: RFC 9113 §7.
enum ErrorCode: UInt32 {
  case noError = 0x0
  case protocolError = 0x1
  case internalError = 0x2
  case streamClosed = 0x5
  case cancel = 0x8
  case enhanceYourCalm = 0xB
}

/// The last few of many, the oldest of which makes room.
private struct RecentStreams {
  private let limit: Int
  private var ids: [Int32] = []
  private var oldest = 0

  init(limit: Int) { self.limit = limit }

  func contains(_ id: Int32) -> Bool { ids.contains(id) }

  mutating func insert(_ id: Int32) {
    if ids.count < limit { return ids.append(id) }
    ids[oldest] = id
    oldest = (oldest + 1) % limit
  }
}
