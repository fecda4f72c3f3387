internal import HTTP

/// One response as it arrives: past bytes in, events out. No socket inside.
struct ResponseReader {
  enum Event {
    /// Comes before the head, any number of times: 103 Early Hints, say.
    case interim(ResponseHead)
    case head(ResponseHead)
    case content([UInt8])
    /// - Parameter isClean: nothing came after it, and it leaves the connection usable.
    case end(isClean: Bool)
  }

  private enum State {
    case head
    case content(left: Int)
    case chunked(ChunkedDecoder)
    case untilClose
    case ended
  }

  private var parser: ResponseParser
  private var state = State.head
  private var pending: [UInt8] = []
  private var keepAlive = false
  private(set) var hasBegun = false
  private var interimCount = 0

  /// More than any server has to announce is a flood.
  private static let mostInterims = 32

  init(to method: Method) { parser = ResponseParser(to: method) }

  mutating func read(_ bytes: Span<UInt8>) throws(ParseError) -> [Event] {
    hasBegun = true
    guard case .head = state else { return try readContent(bytes) }
    if pending.isEmpty { return try readHeads(bytes) }
    var unread = pending
    unread.append(copying: bytes)
    return try readHeads(unread.span)
  }

  /// From the start of a head.
  private mutating func readHeads(_ bytes: Span<UInt8>) throws(ParseError) -> [Event] {
    var announced: [Event] = []
    var start = 0
    while true {
      let unread = bytes.extracting(start..<bytes.count)
      switch try parser.parse(unread) {
      case .needsMore:
        pending = copy(of: unread)
        return announced
      case .complete(let head, let consumed):
        start += consumed
        guard head.status.isInterim else {
          return try announced + [.head(head)] + begin(head, bytes.extracting(start..<bytes.count))
        }
        interimCount += 1
        // We never ask for another protocol. Source: RFC 9110 §7.8.
        guard head.status != .switchingProtocols, interimCount <= Self.mostInterims else { throw .badStartLine }
        announced.append(.interim(head))
      }
    }
  }

  /// The peer has ended. Nil when the response is then incomplete.
  mutating func finish() -> Event? {
    guard case .untilClose = state else { return nil }
    state = .ended
    return .end(isClean: false)
  }

  private mutating func begin(_ head: ResponseHead, _ rest: Span<UInt8>) throws(ParseError) -> [Event] {
    keepAlive = head.keepAlive
    switch head.framing {
    case .none, .length(0): return end(excess: rest.count)
    case .length(let count): state = .content(left: count)
    case .chunked: state = .chunked(ChunkedDecoder())
    case .untilClose: state = .untilClose
    }
    return rest.isEmpty ? [] : try readContent(rest)
  }

  private mutating func readContent(_ bytes: Span<UInt8>) throws(ParseError) -> [Event] {
    switch state {
    case .head, .ended: return [.end(isClean: false)]
    case .untilClose: return [.content(copy(of: bytes))]
    case .content(let left):
      let count = min(left, bytes.count)
      let content = Event.content(copy(of: bytes.extracting(0..<count)))
      guard count == left else {
        state = .content(left: left - count)
        return [content]
      }
      return [content] + end(excess: bytes.count - count)
    case .chunked(var decoder):
      var content: [UInt8] = []
      let progress = try decoder.decode(bytes, into: &content)
      state = .chunked(decoder)
      let events: [Event] = content.isEmpty ? [] : [.content(content)]
      guard case .complete(let consumed) = progress else { return events }
      return events + end(excess: bytes.count - consumed)
    }
  }

  private mutating func end(excess: Int) -> [Event] {
    state = .ended
    return [.end(isClean: keepAlive && excess == 0)]
  }

  private func copy(of bytes: Span<UInt8>) -> [UInt8] {
    var copy: [UInt8] = []
    copy.append(copying: bytes)
    return copy
  }
}
