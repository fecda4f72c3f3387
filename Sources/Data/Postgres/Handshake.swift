internal import Loop

/// Drives libpq's connecting by the socket's readiness.
final class Handshake {
  private let link: ServerLink
  private let loop: EventLoop
  private let done = Promise<Void>()
  private var watcher: SocketWatcher?
  private var alarm: Timer?

  init(_ link: ServerLink, on loop: EventLoop) {
    self.link = link
    self.loop = loop
  }

  func run(within limit: Duration) async throws(PostgresError) {
    if link.isBroken { throw .unavailable(reason: link.complaint) }
    alarm = loop.timer(after: limit) { [self] in giveUp() }
    wait(for: .writable)
    try await done.value()
  }

  func giveUp() { finish(.failure(.unavailable(reason: "the database did not answer in time"))) }

  private func advance() {
    // libpq may close the socket in `advance`, and the loop must not watch a closed one.
    watcher?.close()
    watcher = nil
    switch link.advance() {
    case .needsRead: wait(for: .readable)
    case .needsWrite: wait(for: .writable)
    case .ready: finish(.success(()))
    case .failed: finish(.failure(.unavailable(reason: link.complaint)))
    }
  }

  private func wait(for event: SocketWatcher.Readiness) {
    do {
      let watcher = try SocketWatcher(socket: link.socket, on: loop)
      watcher.watch(event) { [self] _ in advance() }
      self.watcher = watcher
    } catch { finish(.failure(.unavailable(reason: "the socket cannot be watched"))) }
  }

  private func finish(_ outcome: Result<Void, PostgresError>) {
    watcher?.close()
    watcher = nil
    alarm?.cancel()
    alarm = nil
    done.resolve(outcome)
  }
}
