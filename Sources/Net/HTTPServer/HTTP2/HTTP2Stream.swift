internal import HTTP
internal import Loop

/// One request and its answer on an HTTP/2 connection.
@safe final class HTTP2Stream: Announcing {
  let id: Int32
  /// Until the stream has closed. A weak one would slow down every use of the connection, whoever makes it.
  private var connection: HTTP2Connection?
  let exchange: Exchange
  var reader: SectionReader
  /// Its place in the connection's list.
  var slot = 0
  /// The head is whole: from now on somebody is told how it ended.
  var hasBegun = false
  var contentIsOpen = false
  /// Content that has arrived and that the handler has not taken: the client's window is smaller by so much.
  var unconsumed = 0
  private(set) var outbox = Outbox()
  var status = Status.ok
  /// Of the answer's content.
  var sent = 0
  var isClosed = false
  private var contentClock: Instant
  private var contentBytes = 0
  private var lag = Lag()
  /// Whoever makes the answer's content a piece at a time, until he may make the next one.
  private var writer: UnsafeContinuation<Void, Never>?
  private var isMadeInPieces = false
  private var isMakingPiece = false

  init(_ id: Int32, _ exchange: Exchange, of connection: HTTP2Connection) {
    self.id = id
    self.exchange = exchange
    self.connection = connection
    reader = SectionReader(limits: connection.limits.head)
    contentClock = connection.now
    reader.begin(exchange.request)
  }

  func announce(_ status: Status, _ fields: Fields) { connection?.announce(status, fields, self) }

  // MARK: Pace

  func contentArrived(_ count: Int) { contentBytes += count }

  /// The time until now was ours, not the client's.
  func restartContentClock(at now: Instant) { (contentClock, contentBytes) = (now, 0) }

  func contentIsLate(at now: Instant, _ limits: Limits) -> Bool {
    let end = contentClock + limits.contentTimeout + .seconds(contentBytes / limits.minimumRate)
    return contentIsOpen && now >= end
  }

  /// To be asked now and then: for too long the client has given us little room for what it has asked for.
  func isStarved(at now: Instant, hasRoom: Bool, _ limits: Limits) -> Bool {
    lag.isTooLong(at: now, isWaitedFor: isWaiting && !hasRoom, taken: UInt64(sent), limits)
  }

  /// Content is there, or could be.
  var isWaiting: Bool { unsafe outbox.count > 0 || writer != nil }

  // MARK: The answer's content

  /// What a piece takes, about, in bytes; and how much of an answer there may be when another one is made.
  static let pieceSize = 64 * 1024

  /// Returns once the connection lets the next piece be made; false when the stream has closed meanwhile.
  func untilWanted() async -> Bool {
    isMadeInPieces = true
    if !isClosed { unsafe await withUnsafeContinuation { unsafe writer = $0 } }
    return !isClosed
  }

  /// Somebody waits to make another piece, of which there are few enough.
  var wantsPiece: Bool { unsafe writer != nil && outbox.count <= Self.pieceSize }

  func makePiece() {
    isMakingPiece = true
    wakeWriter()
  }

  /// What nobody but us keeps, or is about to. Content that is there from the start is shared with the cache.
  var heldContent: Int { isMadeInPieces ? outbox.count + (isMakingPiece ? Self.pieceSize : 0) : 0 }

  func append(_ piece: [UInt8]) {
    isMakingPiece = false
    outbox.append(piece)
  }

  func endContent() {
    isMakingPiece = false
    outbox.complete()
  }

  func move(_ count: Int, to output: inout [UInt8]) {
    outbox.move(count, to: &output)
    sent += count
  }

  func close() {
    isClosed = true
    connection = nil
    outbox.removeAll()
    wakeWriter()
  }

  func failContent(_ status: Status) {
    guard case .streamed(let content) = exchange.sink else { return }
    content.fail(Problem(status))
    exchange.sink = .discarded
  }

  private func wakeWriter() {
    let writer = unsafe writer
    unsafe self.writer = nil
    unsafe writer?.resume()
  }
}
