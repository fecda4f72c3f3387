internal import Loop
internal import TLS

/// One connection that keeps itself alive: connects, signs in, answers, and comes back after a loss.
final class RedisConnection {
  private enum State {
    case connecting
    case signingIn(ByteStream, Timer, repliesDue: Int)
    case ready(ByteStream)
    /// The last attempt failed: commands are refused at once until the next one.
    case backingOff(Timer, reason: String)
    case closed
  }

  private let loop: EventLoop
  private let url: RedisURL
  private let tls: TLSContext?
  private let settings: RedisSettings
  private let meter: RedisMeter
  private var state = State.closed
  private var queue: CommandQueue<ReplyWaiter>
  private var reader = ReplyReader()
  private var backoff: Backoff
  private var lastRead = Instant(nanoseconds: 0)
  /// It was ready once: whatever makes it so again is a return.
  private var wasReady = false
  private var deadlineTimer: Timer?
  private var nextDeadline: Instant?

  init(loop: EventLoop, url: RedisURL, tls: TLSContext?, settings: RedisSettings, _ meter: RedisMeter) {
    self.loop = loop
    self.url = url
    self.tls = tls
    self.settings = settings
    self.meter = meter
    backoff = settings.backoff
    queue = CommandQueue(commandLimit: settings.queuedCommands, byteLimit: settings.queuedBytes)
    connect()
  }

  var load: Int { queue.count }

  /// How soon a command could be sent: lower is sooner.
  var readiness: Int {
    switch state {
    case .ready: 0
    case .connecting, .signingIn: 1
    case .backingOff: 2
    case .closed: 3
    }
  }

  /// Sent with everything else of this tick.
  func send(_ command: RedisCommand, until end: Instant, hear: @escaping (RedisOutcome) -> Void) {
    let waiter = ReplyWaiter(operation: meter.operation(of: command), hear: hear)
    switch state {
    case .backingOff(_, let reason): fail(waiter, .unavailable(reason: reason))
    case .closed: fail(waiter, .unavailable(reason: "the client is closed"))
    case .connecting, .signingIn, .ready:
      if queue.append(command, deadline: end, waiter: waiter) { watch(end) } else { fail(waiter, .overloaded) }
    }
  }

  /// Once a tick: all that the tick has queued, as one write, and with one look at the clock.
  func flush() {
    guard case .ready(let stream) = state, queue.hasUnsent else { return }
    stream.write(queue.takeUnsent(at: loop.exactNow))
  }

  func close() {
    leave(for: .closed)
    deadlineTimer?.cancel()
    deadlineTimer = nil
    fail(queue.loseSent(), .connectionLost)
    fail(queue.dropUnsent(), .unavailable(reason: "the client is closed"))
  }

  // MARK: Connecting

  private func connect() {
    state = .connecting
    loop.start {
      do throws(ByteStreamError) {
        let stream = try await ByteStream.connect(
          to: self.url.endpoint, tls: self.tls, on: self.loop, deadline: self.settings.connectDeadline)
        guard case .connecting = self.state else { return stream.close() }
        self.signIn(on: stream)
      } catch {
        if case .connecting = self.state { self.backOff(reason: "\(error)") }
      }
    }
  }

  private func signIn(on stream: ByteStream) {
    reader = ReplyReader()
    stream.onRead = { [weak self] in self?.receive($0) }
    stream.onEnd = { [weak self] _ in self?.lose(reason: "Redis closed the connection") }
    let timer = loop.timer(after: settings.connectDeadline) { [weak self] in
      self?.lose(reason: "no answer to the sign-in")
    }
    let commands = introduction
    state = .signingIn(stream, timer, repliesDue: commands.count)
    stream.startReading()
    var wire: [UInt8] = []
    for command in commands { command.append(to: &wire) }
    stream.write(wire)
  }

  /// The PING proves that it is a Redis, and one that serves.
  private var introduction: [RedisCommand] {
    var commands: [RedisCommand] = []
    if let password = url.password {
      commands.append(url.user.map { RedisCommand("AUTH", $0, password) } ?? RedisCommand("AUTH", password))
    }
    if url.database != 0 { commands.append(RedisCommand("SELECT", url.database)) }
    return commands + [RedisCommand("PING")]
  }

  private func lose(reason: String) {
    let wasReady = readiness == 0
    leave(for: .connecting)
    fail(queue.loseSent(), .connectionLost)
    // A loss is often a restart that is over already: one attempt at once, then with growing pauses.
    if wasReady { connect() } else { backOff(reason: reason) }
  }

  private func backOff(reason: String) {
    let pause = backoff.next(jitter: .random(in: 0...1))
    state = .backingOff(loop.timer(after: pause) { [weak self] in self?.connect() }, reason: reason)
    fail(queue.dropUnsent(), .unavailable(reason: reason))
  }

  private func leave(for next: State) {
    switch state {
    case .ready(let stream): stream.close()
    case .signingIn(let stream, let timer, _):
      timer.cancel()
      stream.close()
    case .backingOff(let timer, _): timer.cancel()
    case .connecting, .closed: break
    }
    state = next
  }

  // MARK: Replies

  private func receive(_ bytes: Span<UInt8>) {
    lastRead = loop.exactNow
    reader.feed(bytes)
    do throws(ReplyReader.Garbled) {
      while let reply = try reader.next() {
        guard take(reply) else { return }
      }
    } catch {
      lose(reason: "not a Redis: \(error.reason)")
    }
  }

  /// False when the connection ended over it.
  private func take(_ reply: RedisValue) -> Bool {
    switch state {
    case .signingIn(let stream, let timer, let repliesDue):
      if case .failure(let refusal) = reply {
        lose(reason: "\(refusal.code) \(refusal.message)")
        return false
      }
      state = .signingIn(stream, timer, repliesDue: repliesDue - 1)
      if repliesDue == 1 { becomeReady(stream, timer) }
      return true
    case .ready:
      switch queue.answerNext() {
      case .waiter(let waiter, let sentAt):
        let isRefused = if case .failure = reply { true } else { false }
        meter.note(waiter.operation, isRefused: isRefused, lastRead - sentAt)
        if case .failure(let refusal) = reply { fail(waiter, .refused(refusal)) } else { waiter.hear(.success(reply)) }
      case .nobody: break
      case .unasked:
        lose(reason: "a reply to no command")
        return false
      }
      return true
    case .connecting, .backingOff, .closed: return false
    }
  }

  private func becomeReady(_ stream: ByteStream, _ timer: Timer) {
    timer.cancel()
    backoff.reset()
    state = .ready(stream)
    if wasReady { meter.noteReturn() }
    wasReady = true
  }

  private func fail(_ waiters: [ReplyWaiter], _ error: RedisError) {
    for waiter in waiters { fail(waiter, error) }
  }

  private func fail(_ waiter: ReplyWaiter, _ error: RedisError) {
    if !error.isOfUnknownScript { meter.note(error) }
    waiter.hear(.failure(error))
  }

  // MARK: Deadlines

  private func watch(_ deadline: Instant) {
    if let nextDeadline, nextDeadline <= deadline { return }
    nextDeadline = deadline
    deadlineTimer?.cancel()
    deadlineTimer = loop.timer(after: deadline - loop.now) { [weak self] in self?.expire() }
  }

  private func expire() {
    nextDeadline = nil
    let expired = queue.expire(at: loop.now)
    for late in expired { fail(late.waiter, .timedOut(wasSent: late.sentAt != nil)) }
    if let earliest = queue.earliestDeadline { watch(earliest) }
    // Nothing at all since that command was sent: the other end is gone, whatever the socket says.
    if expired.contains(where: { $0.sentAt.map { $0 >= lastRead } ?? false }) {
      lose(reason: "Redis has stopped answering")
    }
  }
}
