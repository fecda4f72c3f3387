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
  var outbox = Outbox()
  var status = Status.ok
  /// Of the answer's content.
  var sent = 0
  var isClosed = false
  private var contentClock: Instant
  private var contentBytes = 0
  private var stalledSince: Instant?
  private var sentBefore = 0
  private var roomWaiter: UnsafeContinuation<Void, Never>?

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

  /// To be asked now and then: for too long the client has given us no room for what it has asked for.
  func isStarved(at now: Instant, hasRoom: Bool, _ limits: Limits) -> Bool {
    defer { sentBefore = sent }
    guard outbox.count > 0, !hasRoom, sent == sentBefore else {
      stalledSince = nil
      return false
    }
    let since = stalledSince ?? now
    stalledSince = since
    return now >= since + limits.writeTimeout
  }

  // MARK: The answer's content

  /// How much of a streamed answer is made in advance, in bytes.
  private static let roomSize = 64 * 1024

  /// False when the stream has closed meanwhile.
  func waitForRoom() async -> Bool {
    if outbox.count > Self.roomSize, !isClosed { unsafe await withUnsafeContinuation { unsafe roomWaiter = $0 } }
    return !isClosed
  }

  func move(_ count: Int, to output: inout [UInt8]) {
    outbox.move(count, to: &output)
    sent += count
    if outbox.count <= Self.roomSize { wakeWriter() }
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
    let waiter = unsafe roomWaiter
    unsafe roomWaiter = nil
    unsafe waiter?.resume()
  }
}
