internal import Glibc
internal import HTTP
package import Loop
package import TLS

/// Serves HTTP/1.1 and HTTP/2 on one loop. Every worker has its own.
package final class Server {
  let loop: EventLoop
  let limits: Limits
  let service: any Service
  private let crossOrigin: CrossOrigin
  private(set) var isDraining = false
  let noID = UUIDv4(high: 0, low: 0)
  private let tls: ServerTLS?
  private let admission: Admission
  /// Balancers' connections that have not said yet whose they are.
  private var announced: [ObjectIdentifier: AnnouncedSocket] = [:]
  /// Connections that were closed at once, since there were too many or they did not say whose they are.
  package private(set) var refusedConnections: UInt64 = 0
  private var listeners: [Listener] = []
  private var sweep: Timer?
  /// Slots below it are still to be asked in the sweep that is under way.
  private var unswept = 0
  private var connections: [any WireConnection] = []
  private var spareExchanges: [Exchange] = []
  private let heads: HeadWriter
  private var random = RequestIDs()
  private var drainEnded: (() -> Void)?
  let http2: HTTP2Turn
  let costly: TurnQueue
  private let handshakes: TurnQueue
  /// Answers of the connection that is being read, written together when its bytes are consumed.
  private var pendingOutput: [UInt8] = []
  private var pendingConnection: Connection?

  /// - Parameter endpoint: where to listen; nil leaves that to `listen`.
  /// - Throws: `UVError` when the endpoint cannot be listened on.
  package init(
    on endpoint: Endpoint? = nil, loop: EventLoop, tls: ServerTLS? = nil, admission: Admission = Admission(),
    limits: Limits = Limits(),
    security: SecurityFields = SecurityFields(), crossOrigin: CrossOrigin = CrossOrigin(allowing: []),
    service: any Service
  ) throws(UVError) {
    self.loop = loop
    self.limits = limits
    self.tls = tls
    self.admission = admission
    self.service = service
    self.crossOrigin = crossOrigin
    http2 = HTTP2Turn(on: loop)
    costly = TurnQueue(on: loop, mostInTurn: limits.costlyWorks)
    handshakes = TurnQueue(on: loop, mostInTurn: limits.handshakes)
    heads = HeadWriter(security: security, crossOrigin: crossOrigin, date: Self.date())
    if let endpoint { try listen(on: [ListeningSocket(opening: endpoint)]) }
    sweep = loop.timer(after: .milliseconds(500), repeating: .milliseconds(500)) { [unowned self] in tick() }
  }

  /// This share of all traces, 0...1, is sampled, until the service heeds a caller who has decided himself.
  package func sampleTraces(_ share: Double) { random.sampledShare = share }

  /// Takes clients from these sockets too.
  package func listen(on sockets: [ListeningSocket]) throws(UVError) {
    for socket in sockets { listeners.append(try Listener(from: socket, loop: loop) { [unowned self] in accept($0) }) }
  }

  /// Where the first socket listens; nil once the server drains.
  package var endpoint: Endpoint? { listeners.first?.endpoint }
  package var port: UInt16? { endpoint?.port }
  package var connectionCount: Int { connections.count }

  /// For a while each answer ends its connection, so that clients go elsewhere; new ones are taken until `drain`.
  /// Nothing tells when load balancers have noticed that the node is no longer ready.
  package func turnAway(for patience: Duration) async {
    isDraining = true
    await loop.sleep(for: patience)
  }

  /// Accepts no more, lets what is in flight finish, and cuts off what is not done by the deadline.
  /// - Parameter isHandedOver: the sockets, and whoever waits in them, are left to another process that listens on them
  ///   as well. A client that keeps an idle connection is then answered once more: to close it first could cross with
  ///   its next request.
  package func drain(deadline: Duration, isHandedOver: Bool = false) async {
    isDraining = true
    if isHandedOver {
      stopListening()
      await untilConnectionsEnd(within: deadline)
      return await drain(deadline: .seconds(1))
    }
    for listener in listeners { listener.takeAll() }
    // Two polls: whoever waits to be accepted comes in, and what has arrived by then is read, before the idle go.
    await loop.sleep(for: .zero)
    stopListening()
    await loop.sleep(for: .zero)
    for connection in connections { connection.drain() }
    await untilConnectionsEnd(within: deadline)
    for connection in connections { connection.close() }
    for socket in announced.values { socket.close() }
    announced = [:]
    sweep?.cancel()
    unswept = 0
    costly.open()
    sweep = nil
  }

  private func stopListening() {
    for listener in listeners { listener.close() }
    listeners = []
  }

  private func untilConnectionsEnd(within deadline: Duration) async {
    guard !connections.isEmpty else { return }
    var timer: Timer?
    unsafe await withUnsafeContinuation { continuation in
      drainEnded = { unsafe continuation.resume() }
      timer = loop.timer(after: deadline) { [self] in endDrain() }
    }
    timer?.cancel()
  }

  private func accept(_ socket: SocketStream) {
    // On a unix socket there is no address: whoever may open it is of this machine.
    let peer = socket.peer.flatMap { IPAddress(networkOrder: $0.addressBytes) } ?? .loopback
    guard admission.isAnnounced(by: peer) else { return admit(socket, from: peer) }
    guard hasRoom else { return refuse(socket) }
    let waiting = AnnouncedSocket(socket, within: limits.handshakeTimeout) { [unowned self] waiting, header in
      announced[ObjectIdentifier(waiting)] = nil
      guard let header else { return refuse(socket) }
      admit(socket, from: header.client ?? peer)
      if !socket.isClosed, !waiting.rest.isEmpty { socket.onRead(waiting.rest.span) }
    }
    announced[ObjectIdentifier(waiting)] = waiting
  }

  private var hasRoom: Bool { connections.count + announced.count < limits.connections }

  private func admit(_ socket: SocketStream, from client: IPAddress) {
    guard hasRoom, admission.counts(client)?.enter(client) != false else { return refuse(socket) }
    let connection = Connection(
      ByteStream(socket, tls: tls?.current, handshakes: handshakes), from: client, server: self)
    connection.slot = connections.count
    connections.append(connection)
  }

  private func refuse(_ socket: SocketStream) {
    refusedConnections += 1
    socket.close()
  }

  private func tick() {
    heads.setDate(Self.date())
    guard unswept == 0 else { return }
    unswept = connections.count
    sweepPart()
  }

  /// Of those who are late, so many are told in a turn of the loop.
  private static let mostLate = 4

  /// Thousands may be late at once: whoever behaves does not wait until all of those are answered.
  private func sweepPart() {
    let end = max(0, unswept - 256)
    var late = 0
    // Backwards, because closing moves the last one into the gap.
    while unswept > end, late < Self.mostLate {
      unswept -= 1
      if unswept < connections.count, connections[unswept].tick() { late += 1 }
    }
    if unswept > 0 { costly.later { [self] in sweepPart() } }
  }

  /// The same client's, from now on in another protocol.
  func replace(_ connection: Connection, by other: HTTP2Connection) -> HTTP2Connection {
    connections[connection.slot] = other
    other.slot = connection.slot
    return other
  }

  func forget(_ connection: any WireConnection) {
    if pendingConnection === connection { discardOutput() }
    admission.counts(connection.peer)?.leave(connection.peer)
    let last = connections.removeLast()
    if last !== connection {
      connections[connection.slot] = last
      last.slot = connection.slot
    }
    if connections.isEmpty { endDrain() }
  }

  private func endDrain() {
    let ended = drainEnded
    drainEnded = nil
    ended?()
  }

  private static func date() -> HTTPDate { HTTPDate(secondsSinceEpoch: Int(time(nil))) }
}

/// What connections share.
extension Server {
  func takeExchange(at now: Instant) -> Exchange {
    let exchange = spareExchanges.popLast() ?? Exchange(limits.head)
    exchange.start = now
    return exchange
  }

  func giveBack(_ exchange: Exchange) {
    exchange.reset(limits.head)
    exchange.request.id = noID
    // A burst's exchanges are not kept for ever, nor is a large content's buffer.
    if spareExchanges.count < 64, exchange.request.body.capacity < 64 * 1024 { spareExchanges.append(exchange) }
  }

  /// Names the request and its trace, and says who asks, as far as the socket knows.
  func identify(_ request: Request, from peer: IPAddress) {
    random.identify(request)
    request.isSecure = tls != nil
    request.client = ClientIdentity(address: peer)
  }

  /// What is answered without the service; nil for all that is its business.
  func ownAnswer(to request: Request) -> Response? {
    // Whoever recorded early data can send it again. Source: RFC 8470 §5.
    if !request.method.isSafe, request.fields.contains(.earlyData) {
      return Problem(.tooEarly, "Send this again once the handshake is done").response(instance: request.id)
    }
    return crossOrigin.preflight(request)
  }

  func appendHead(_ response: Response, _ framing: AnswerFraming, to request: Request, of connection: Connection) {
    claimOutput(for: connection)
    heads.append(response, framing, to: request, into: &pendingOutput)
  }

  /// The same for HTTP/2, into the turn's section.
  func renderSection(_ response: Response, _ framing: AnswerFraming, to request: Request) {
    heads.fill(&http2.section, with: response, framing, to: request)
  }

  /// What is large goes to the socket as it is: to gather it first would copy it.
  func append(_ bytes: [UInt8], of connection: Connection) {
    claimOutput(for: connection)
    guard bytes.count > 64 * 1024 else { return pendingOutput.append(contentsOf: bytes) }
    flushOutput()
    connection.stream.write(bytes)
  }

  /// What is to be written first, taken out for one write with what follows.
  func takeOutput(of connection: Connection) -> [UInt8] {
    claimOutput(for: connection)
    defer { discardOutput() }
    return pendingOutput
  }

  /// Answers of one pipeline are written together, up to a read's size.
  func outputIsFull(of connection: Connection) -> Bool {
    guard pendingOutput.count > 64 * 1024 || connection.stream.queuedBytes > limits.streamWindow else { return false }
    flushOutput()
    return connection.stream.queuedBytes > limits.streamWindow
  }

  func flushOutput() {
    guard let connection = pendingConnection else { return }
    pendingConnection = nil
    connection.stream.write(pendingOutput)
    discardOutput()
  }

  private func claimOutput(for connection: Connection) {
    guard pendingConnection !== connection else { return }
    flushOutput()
    pendingConnection = connection
  }

  private func discardOutput() {
    pendingConnection = nil
    let isHuge = pendingOutput.capacity > 1024 * 1024
    pendingOutput.removeAll(keepingCapacity: !isHuge)
  }
}
