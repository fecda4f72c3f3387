internal import HTTP
internal import Loop
internal import TLS

/// One client that speaks HTTP/2: bytes in, streams' events to their exchanges, frames out once a turn of the loop.
final class HTTP2Connection: WireConnection {
  enum Phase {
    case open
    /// No new streams; those that are there go on.
    case draining
    /// The last frames are said; nothing that the client still says is read.
    case ending
    /// All is sent: the client has yet to notice.
    case lingering
    case closed
  }

  let server: Server
  let stream: ByteStream
  let peer: IPAddress
  var slot = 0
  var phase = Phase.open
  var streams: [HTTP2Stream] = []
  private(set) var session: HTTP2Session!
  private var walker = FrameWalker()
  var judge: FrameJudge
  var pace: HTTP2Pace
  private var isWaitingForTurn = false
  var hasRefusedNewStreams = false
  var lag = Lag()
  /// Of all answers.
  private(set) var sentContent: UInt64 = 0

  /// Takes the stream over, of which nothing was consumed. The stream holds us until it is closed.
  init(_ stream: ByteStream, from peer: IPAddress, server: Server) {
    self.stream = stream
    self.peer = peer
    self.server = server
    judge = FrameJudge(server.limits.http2, at: server.loop.now)
    pace = HTTP2Pace(at: server.loop.now)
    session = HTTP2Session(server.http2.rules, owner: self, server.limits)
    stream.onRead = { [self] in receive($0) }
    stream.onEnd = { [self] _ in close() }
    stream.onDrain = { [self] in askForTurn() }
  }

  /// The one that a callback of nghttp2 is for.
  static func of(_ pointer: UnsafeMutableRawPointer?) -> HTTP2Connection {
    unsafe Unmanaged.fromOpaque(pointer!).takeUnretainedValue()
  }

  var limits: Limits { server.limits }
  var now: Instant { server.loop.now }
  private var isListening: Bool { phase == .open || phase == .draining }

  // MARK: Bytes in

  func receive(_ bytes: Span<UInt8>) {
    guard isListening else { return }
    var done = 0
    var offset = 0
    while isListening, let frame = walker.next(in: bytes, from: &offset) {
      pace.frameStarted(frame, at: now)
      var verdict = judge.judge(frame, at: now)
      if verdict == .pass { continue }
      feed(bytes, from: &done, upTo: frame.start)
      if verdict == .passIfOpen, !session.has(frame.stream) { verdict = judge.verdictOnClosed(frame) }
      if case .refuse(let code) = verdict { fail(code) }
    }
    if isListening { feed(bytes, from: &done, upTo: bytes.count) }
    pace.bytesRead(isInsideFrame: walker.isInsideFrame)
    askForTurn()
  }

  private func feed(_ bytes: Span<UInt8>, from start: inout Int, upTo end: Int) {
    guard start < end else { return }
    if let code = session.receive(bytes.extracting(start..<end)) { fail(code) }
    start = end
  }

  /// The connection is at fault: it ends with the reason.
  func fail(_ code: ErrorCode) {
    guard isListening else { return }
    session.terminate(code)
    phase = .ending
    askForTurn()
  }

  // MARK: Frames out

  func askForTurn() {
    guard !isWaitingForTurn, phase != .closed else { return }
    isWaitingForTurn = true
    server.http2.ask(self)
  }

  func flush() {
    isWaitingForTurn = false
    guard phase != .closed, phase != .lingering else { return }
    var (hasMore, written) = (true, 0)
    // Once the kernel is full, what goes next is decided when it has room.
    while hasMore, stream.queuedBytes == 0, written < HTTP2Turn.share {
      while server.http2.output.count < HTTP2Turn.outputSize, session.appendNext(to: server.http2) {}
      hasMore = server.http2.output.count >= HTTP2Turn.outputSize
      written += server.http2.output.count
      server.http2.writeOutput(to: stream)
    }
    if !hasMore, phase == .ending || session.isOver { return linger() }
    if hasMore, stream.queuedBytes == 0 { server.loop.nextTurn { [self] in askForTurn() } }
    wakeWriters()
  }

  /// DATA, as nghttp2 has decided; false when that is to wait.
  func sendContent(_ id: Int32, _ head: Span<UInt8>, _ count: Int) -> Bool {
    guard let stream = session.stream(id), server.http2.output.count < HTTP2Turn.outputSize else { return false }
    server.http2.output.append(copying: head)
    stream.move(count, to: &server.http2.output)
    sentContent += UInt64(count)
    return true
  }

  // MARK: Ends

  /// Closing with unread bytes in the kernel would reset the connection and take our last frames with it.
  private func linger() {
    phase = .lingering
    pace.lingers(from: now)
    endStreams()
    stream.shutdown()
  }

  func close() {
    guard phase != .closed else { return }
    phase = .closed
    endStreams()
    stream.close()
    server.forget(self)
  }

  private func endStreams() {
    for stream in streams { end(stream) }
    streams = []
  }
}
