package import HTTP
package import Loop
package import TLS

/// A loop's HTTP/1.1 client: keep-alive connections per server, bounded, with TLS that verifies.
package final class WebClient {
  private typealias Pool = ConnectionPool<ByteStream, Waiter<Turn>>

  /// What a waiting request gets: a connection, or the leave to open one.
  private enum Turn { case reuse(ByteStream), open }

  private let loop: EventLoop
  private let tls: TLSContext?
  private let settings: HTTPClientSettings
  private var pools: [Authority: Pool] = [:]
  private var sweep: Timer?
  private var isClosed = false
  /// Told of each request once its answer's head is there, or it has failed, and how long that took.
  package var onAnswer: (ClientRequest, Result<Status, HTTPClientError>, Duration) -> Void = { _, _, _ in }

  /// - Parameter tls: for https authorities.
  package init(loop: EventLoop, tls: TLSContext? = nil, settings: HTTPClientSettings = HTTPClientSettings()) {
    self.loop = loop
    self.tls = tls
    self.settings = settings
  }

  /// Closes what is idle; what is under way ends by itself.
  package func close() {
    isClosed = true
    onAnswer = { _, _, _ in }
    sweep?.cancel()
    sweep = nil
    closeIdle(since: Instant(nanoseconds: .max))
  }

  /// Sends and waits for the head; the content is read from the answer.
  ///
  /// A request that may be repeated is sent once more, on a new connection, when a kept one died before any answer:
  /// the server closed it while our request was on its way (RFC 9112 §9.3.1).
  /// - Parameter deadline: for the connection, and for the head once everything is sent.
  package func send(_ request: ClientRequest, deadline: Duration) async throws(HTTPClientError) -> ClientResponse {
    let start = loop.exactNow
    do throws(HTTPClientError) {
      let response = try await answer(to: request, deadline: deadline)
      guard response.status != .notModified || request.isConditional else { throw .unasked }
      onAnswer(request, .success(response.status), loop.exactNow - start)
      return response
    } catch {
      onAnswer(request, .failure(error), loop.exactNow - start)
      throw error
    }
  }

  private func answer(
    to request: ClientRequest, deadline: Duration
  ) async throws(HTTPClientError) -> ClientResponse {
    let end = loop.now + deadline
    let (stream, isReused) = try await connection(to: request.authority, until: end)
    let first = exchange(on: stream, request)
    do throws(HTTPClientError) {
      return ClientResponse(try await first.perform(request, patience: end - loop.now), first)
    } catch {
      guard isReused, first.isUnanswered, request.mayBeRepeated, case .connectionLost = error else { throw error }
    }
    let (fresh, _) = try await connection(to: request.authority, until: end, needsFresh: true)
    let second = exchange(on: fresh, request)
    return ClientResponse(try await second.perform(request, patience: end - loop.now), second)
  }

  private func exchange(on stream: ByteStream, _ request: ClientRequest) -> Exchange {
    let authority = request.authority
    return Exchange(on: stream, loop: loop, method: request.method, settings: settings) { [weak self] isReusable in
      guard let self, isReusable, !isClosed else {
        stream.close()
        self?.lose(authority)
        return
      }
      keep(stream, authority)
    }
  }

  // MARK: Connections

  private func connection(
    to authority: Authority, until end: Instant, needsFresh: Bool = false
  ) async throws(HTTPClientError) -> (ByteStream, isReused: Bool) {
    let grant = pool(of: authority) { $0.request(needsFresh: needsFresh) }
    switch grant {
    case .reuse(let stream): return (stream, true)
    case .open: return (try await open(authority, until: end), false)
    case .refuse: throw .overloaded
    case .wait: break
    }
    switch try await turn(authority, until: end) {
    case .reuse(let stream) where !needsFresh: return (stream, true)
    case .reuse(let stream): stream.close()
    case .open: break
    }
    return (try await open(authority, until: end), false)
  }

  private func turn(_ authority: Authority, until end: Instant) async throws(HTTPClientError) -> Turn {
    let waiter = Waiter<Turn>()
    pool(of: authority) { $0.enqueue(waiter) }
    let timer = loop.timer(after: end - loop.now) { [weak self] in
      self?.pool(of: authority) { $0.forget(waiter) }
      waiter.resume(.failure(.timedOut(wasSent: false)))
    }
    defer { timer.cancel() }
    return try await waiter.wait()
  }

  private func open(_ authority: Authority, until end: Instant) async throws(HTTPClientError) -> ByteStream {
    do throws(ByteStreamError) {
      precondition(!authority.usesTLS || tls != nil, "an https authority needs a TLSContext")
      let tls = authority.usesTLS ? tls : nil
      return try await ByteStream.connect(to: authority.endpoint, tls: tls, on: loop, deadline: end - loop.now)
    } catch {
      lose(authority)
      throw error == .stream(.timedOut) ? .timedOut(wasSent: false) : .unreachable(reason: "\(error)")
    }
  }

  private func keep(_ stream: ByteStream, _ authority: Authority) {
    stream.onRead = { [weak self, unowned stream] _ in self?.loseIdle(stream, authority) }
    stream.onEnd = { [weak self, unowned stream] _ in self?.loseIdle(stream, authority) }
    stream.onDrain = {}
    if let next = pool(of: authority, { $0.giveBack(stream, at: loop.now) }) {
      next.resume(.success(.reuse(stream)))
      return
    }
    // Only reading tells that the server has closed it.
    stream.startReading()
    if sweep == nil { sweepLater() }
  }

  private func lose(_ authority: Authority) {
    pool(of: authority) { $0.lose() }?.resume(.success(.open))
    forgetUnused(authority)
  }

  private func loseIdle(_ stream: ByteStream, _ authority: Authority) {
    stream.close()
    _ = pool(of: authority) { $0.loseIdle(stream) }
    forgetUnused(authority)
  }

  private func sweepLater() {
    sweep = loop.timer(after: settings.idleLifetime / 2) { [weak self] in
      guard let self else { return }
      sweep = nil
      let lifetime = settings.idleLifetime
      closeIdle(since: Instant(nanoseconds: loop.now.nanoseconds - UInt64(lifetime.nanoseconds)))
      if pools.values.contains(where: \.hasIdle) { sweepLater() }
    }
  }

  private func closeIdle(since limit: Instant) {
    for authority in pools.keys {
      for stream in pool(of: authority, { $0.takeExpired(since: limit) }) { stream.close() }
      forgetUnused(authority)
    }
  }

  private func forgetUnused(_ authority: Authority) {
    if pools[authority]?.isUnused == true { pools[authority] = nil }
  }

  @discardableResult
  private func pool<R>(of authority: Authority, _ body: (inout Pool) -> R) -> R {
    body(
      &pools[
        authority,
        default: Pool(
          connectionLimit: settings.connections, queueLimit: settings.queuedRequests)])
  }
}
