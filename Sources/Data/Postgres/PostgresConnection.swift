internal import Loop

/// An open connection in pipeline mode: what a tick queues leaves in one write with one sync; answers come in order.
/// Once closed it stays closed; the pool opens another.
final class PostgresConnection {
  /// What was handed to libpq, in the order in which its answers come.
  private enum Step {
    case prepare(name: String, for: PendingStatement), statement(PendingStatement), script(PendingStatement), sync

    /// Whoever waits for it; nil for a sync.
    var statement: PendingStatement? {
      switch self {
      case .prepare(_, let statement), .statement(let statement), .script(let statement): statement
      case .sync: nil
      }
    }
  }

  private let link: ServerLink
  private let loop: EventLoop
  private let limit: Int
  private let timeout: Duration?
  private var watcher: SocketWatcher?
  private var hook: PollHook?
  private var alarm: Timer?
  private var waiting = FIFO<PendingStatement>()
  private var steps = FIFO<Step>()
  private var prepared = PreparedStatements()

  static func open(_ settings: PostgresSettings, on loop: EventLoop) async throws(PostgresError) -> PostgresConnection {
    let end = loop.now + settings.connectTimeout
    return try await open(try await settings.routes(on: loop), settings, on: loop, until: end)
  }

  /// Over whichever route the server answers first; libpq itself would wait for the first one until the end.
  static func open(
    _ routes: [[PostgresSettings.Parameter]], _ settings: PostgresSettings, on loop: EventLoop, until end: Instant
  ) async throws(PostgresError) -> PostgresConnection {
    let link = try await loop.race(routes) { route, racing -> Result<ServerLink, PostgresError> in
      do throws(PostgresError) {
        let link = try ServerLink(route)
        let handshake = Handshake(link, on: loop)
        racing.giveUp = { handshake.giveUp() }
        defer { racing.giveUp = {} }
        try await handshake.run(within: end - loop.now)
        return .success(link)
      } catch { return .failure(error) }
    } discard: { _ in
    }
    return try PostgresConnection(link, settings, on: loop)
  }

  private init(_ link: ServerLink, _ settings: PostgresSettings, on loop: EventLoop) throws(PostgresError) {
    self.link = link
    self.loop = loop
    limit = settings.queueLimit
    // The server's own limit comes first, and leaves the connection whole.
    timeout = settings.statementTimeout.map { $0 + .seconds(1) }
    guard link.enterPipeline(), let watcher = try? SocketWatcher(socket: link.socket, on: loop) else {
      throw .unavailable(reason: link.complaint)
    }
    self.watcher = watcher
    watcher.watch(.readable) { [self] in ready($0) }
    hook = loop.beforePoll { [self] in flush() }
  }

  var isOpen: Bool { watcher != nil }

  /// Nothing is under way: another may use it.
  var isIdle: Bool { isOpen && outstanding == 0 && link.isOutsideTransaction }

  var outstanding: Int { waiting.count + steps.count }

  func run(_ sql: SQL, isRepeatable: Bool = false) async throws(PostgresError) -> Answer {
    try await send(sql, isRepeatable: isRepeatable).answer.value()
  }

  /// Queues the statement for this tick's batch; the caller may leave its answer alone.
  @discardableResult
  func send(_ sql: SQL, isRepeatable: Bool = false) throws(PostgresError) -> PendingStatement {
    guard isOpen else { throw .disconnected(sent: false) }
    guard outstanding < limit else { throw .overloaded }
    let statement = PendingStatement(sql, deadline: timeout.map { loop.now + $0 }, isRepeatable: isRepeatable)
    guard statement.isEncodable else { throw .unencodable }
    waiting.append(statement)
    armAlarm()
    return statement
  }

  /// Runs several statements as one text, in one transaction. The connection has to be idle.
  func run(script: String) async throws(PostgresError) {
    precondition(isIdle, "a script needs the connection for itself")
    let statement = PendingStatement("", deadline: nil, isRepeatable: false)
    guard link.sendScript(script) else { throw .disconnected(sent: false) }
    steps.append(.script(statement))
    push()
    _ = try await statement.answer.value()
  }

  func close() { fail(.disconnected(sent: true)) }

  // MARK: Sending

  private func flush() {
    guard isOpen, !waiting.isEmpty else { return }
    while let statement = waiting.popFirst() { guard submit(statement) else { return close() } }
    guard link.sendSync() else { return close() }
    steps.append(.sync)
    push()
  }

  /// False: libpq did not take it, because the connection is broken.
  private func submit(_ statement: PendingStatement) -> Bool {
    defer { steps.append(.statement(statement)) }
    switch prepared.plan(statement.text) {
    case .known(let name): return link.sendPrepared(name, statement.binds)
    case .unnamed: return link.sendUnnamed(statement.text, statement.binds)
    case .new(let name):
      steps.append(.prepare(name: name, for: statement))
      return link.sendPrepare(name, statement.text) && link.sendPrepared(name, statement.binds)
    }
  }

  private func push() {
    switch link.flush() {
    case .done: watcher?.watch(.readable) { [self] in ready($0) }
    case .blocked: watcher?.watch([.readable, .writable]) { [self] in ready($0) }
    case .broken: close()
    }
  }

  // MARK: Receiving

  private func ready(_ readiness: SocketWatcher.Readiness) {
    if readiness.contains(.readable) {
      guard link.consume() else { return close() }
      while let step = steps.first, let event = link.next() {
        guard handle(event, of: step) else { return close() }
      }
      if link.isBroken { return close() }
    }
    if readiness.contains(.writable) { push() }
  }

  /// False: the answers no longer match what was sent.
  private func handle(_ event: ServerLink.Event, of step: Step) -> Bool {
    // The server's goodbye can come where an answer would: the connection is lost, not the statement wrong.
    if case .failure(let fault) = event, fault.endsSession { return false }
    switch (event, step) {
    case (.synced, .sync), (.end, .prepare): steps.popFirst()
    case (.answer(let answer), .statement(let statement)), (.answer(let answer), .script(let statement)):
      statement.received(.success(answer))
    case (.failure(let fault), .statement(let statement)), (.failure(let fault), .script(let statement)):
      statement.received(.failure(.server(fault)))
    case (.aborted, .statement(let statement)): statement.aborted()
    case (.answer, .prepare): break
    case (.failure(let fault), .prepare(let name, let statement)):
      prepared.forget(name)
      statement.received(.failure(.server(fault)))
    case (.aborted, .prepare(let name, _)): prepared.forget(name)
    case (.end, .statement(let statement)):
      steps.popFirst()
      if statement.finish() { waiting.append(statement) }
    case (.end, .script(let statement)):
      steps.popFirst()
      _ = statement.finish()
      return link.enterPipeline()
    case (_, .sync), (.synced, _), (.aborted, .script): return false
    }
    return true
  }

  // MARK: Ending

  private func fail(_ error: PostgresError) {
    guard isOpen else { return }
    watcher?.close()
    watcher = nil
    // Both hold this object. Without them it goes, and the server hears of it: locks of its session are free again.
    hook?.cancel()
    hook = nil
    alarm?.cancel()
    alarm = nil
    for statement in steps.drain().compactMap(\.statement) {
      statement.received(.failure(error))
      _ = statement.finish()
    }
    for statement in waiting.drain() {
      statement.received(.failure(.disconnected(sent: false)))
      _ = statement.finish()
    }
  }

  /// One timer, for the oldest statement: all have the same limit, so the oldest is due first.
  private func armAlarm() {
    guard alarm == nil, let due = oldestDeadline else { return }
    alarm = loop.timer(after: due - loop.now) { [self] in
      alarm = nil
      if let due = oldestDeadline, due <= loop.now { fail(.timedOut(sent: true)) } else { armAlarm() }
    }
  }

  private var oldestDeadline: Instant? { (steps.first { $0.statement } ?? waiting.first)?.deadline }
}
