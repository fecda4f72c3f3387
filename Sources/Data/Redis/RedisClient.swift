package import Loop
package import Observability
package import TLS

/// A loop's Redis: a few connections, each with one write a tick and its replies in order.
package final class RedisClient {
  package let url: RedisURL
  private let loop: EventLoop
  private let settings: RedisSettings
  private let connections: [RedisConnection]
  private var flush: PollHook?
  private let meter: RedisMeter

  /// - Parameter tls: needed for a `rediss` URL, unused otherwise.
  package init(
    loop: EventLoop, url: RedisURL, tls: TLSContext? = nil, settings: RedisSettings = RedisSettings(),
    _ metrics: Metrics = Metrics()
  ) {
    precondition(!url.usesTLS || tls != nil, "a rediss URL needs a TLSContext")
    self.url = url
    self.loop = loop
    self.settings = settings
    let meter = RedisMeter(metrics, of: url.endpoint)
    self.meter = meter
    connections = (0..<settings.connections).map { _ in
      RedisConnection(loop: loop, url: url, tls: url.usesTLS ? tls : nil, settings: settings, meter)
    }
    flush = loop.beforePoll { [unowned self] in for connection in connections { connection.flush() } }
  }

  /// Commands without a reply fail; nothing reconnects. A client that is dropped without it leaks its connections.
  package func close() {
    flush?.cancel()
    flush = nil
    for connection in connections { connection.close() }
  }

  /// A command would be sent in this tick.
  package var isConnected: Bool { connections.contains { $0.readiness == 0 } }

  /// `try await redis.send("SET", key, value, "EX", 60)`
  @discardableResult
  package func send(_ words: any RedisArgument...) async throws(RedisError) -> RedisValue {
    var command = RedisCommand()
    for word in words { word.append(to: &command) }
    return try await send(command)
  }

  /// A blocking command needs a client of its own and a deadline beyond its BLOCK: it holds up those behind it.
  @discardableResult
  package func send(_ command: RedisCommand, deadline: Duration? = nil) async throws(RedisError) -> RedisValue {
    try await outcome { send(command, deadline: deadline, hear: $0) }.get()
  }

  package func run(_ call: ScriptCall) async throws(RedisError) -> RedisValue {
    try await outcome { run(call, hear: $0) }.get()
  }

  /// Runs the script by its digest, and teaches it to a server that does not know it. Costs no task.
  /// - Parameter hear: called once, on the loop, or at once when nothing can be sent.
  package func run(_ call: ScriptCall, hear: @escaping (RedisOutcome) -> Void) {
    send(call.command) { [self] outcome in
      guard case .failure(let error) = outcome, error.isOfUnknownScript else { return hear(outcome) }
      send(call.teachingCommand, hear: hear)
    }
  }

  /// The same, and once more after an error of which `isWorthIt` says that it is worth it.
  package func run(
    _ call: ScriptCall, againIf isWorthIt: @escaping (RedisError) -> Bool, hear: @escaping (RedisOutcome) -> Void
  ) {
    run(call) { [self] outcome in
      guard case .failure(let error) = outcome, isWorthIt(error) else { return hear(outcome) }
      run(call, hear: hear)
    }
  }

  private func send(_ command: RedisCommand, deadline: Duration? = nil, hear: @escaping (RedisOutcome) -> Void) {
    nextConnection.send(command, until: loop.now + (deadline ?? settings.deadline), hear: hear)
  }

  private var nextConnection: RedisConnection {
    connections.min { ($0.readiness, $0.load) < ($1.readiness, $1.load) }!
  }
}
