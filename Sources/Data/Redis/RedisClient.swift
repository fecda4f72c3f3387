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
  /// The digests under which the server knows our scripts.
  private var digests: [ObjectIdentifier: String] = [:]

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
    for word in words { command.append(word) }
    return try await send(command)
  }

  /// A blocking command needs a client of its own and a deadline beyond its BLOCK: it holds up those behind it.
  @discardableResult
  package func send(_ command: RedisCommand, deadline: Duration? = nil) async throws(RedisError) -> RedisValue {
    let outcome = await nextConnection.send(command, deadline: deadline ?? settings.deadline)
    if case .failure(let error) = outcome { meter.note(error) }
    return try outcome.get()
  }

  /// Runs the script by its digest, and teaches it to a server that does not know it.
  package func run(_ call: ScriptCall, deadline: Duration? = nil) async throws(RedisError) -> RedisValue {
    let end = loop.now + (deadline ?? settings.deadline)
    let digest = try await digest(of: call.script, until: end)
    do throws(RedisError) {
      return try await send(call.command("EVALSHA", digest), deadline: end - loop.now)
    } catch {
      guard case .refused(let refusal) = error, refusal.code == "NOSCRIPT" else { throw error }
      return try await send(call.command("EVAL", call.script.source), deadline: end - loop.now)
    }
  }

  private func digest(of script: RedisScript, until end: Instant) async throws(RedisError) -> String {
    if let digest = digests[ObjectIdentifier(script)] { return digest }
    let reply = try await send(RedisCommand("SCRIPT", "LOAD", script.source), deadline: end - loop.now)
    let digest = reply.text ?? ""
    digests[ObjectIdentifier(script)] = digest
    return digest
  }

  private var nextConnection: RedisConnection {
    connections.min { ($0.readiness, $0.load) < ($1.readiness, $1.load) }!
  }
}
