internal import HTTP
internal import HTTPClient
internal import HTTPServer
internal import Loop
internal import Observability
internal import Signing

/// What a miss does.
extension EdgeCache {
  /// Asks, or waits for whoever is asking for the same already.
  func answer(_ request: Request, _ content: any BodySource, _ first: Question) async -> Response {
    var question = first
    // A second time for who has waited for another variant.
    for _ in 0..<2 where mayShare(request, question) {
      guard let flight = flights.flight(for: question.key) else { return await lead(request, question) }
      switch await flight.wait() {
      case .stored(let answer) where isMeant(answer, for: question):
        meter.collapsed.add()
        return forwarded(answer, to: request, question, isCollapsed: true)
      case .stored:
        switch decide(request, question.url) {
        case .answer(let response): return response
        case .ask(let next): question = next
        }
      case .released: return await upstream.forward(request, content, CacheStatus(question.reason))
      case .failed(let problem): return makeDo(problem, request, question, isCollapsed: true)
      }
    }
    return await upstream.forward(request, content, CacheStatus(question.reason))
  }

  /// An answer to credentials may be their owner's own, and one without a public key is a refusal: neither is waited
  /// for. A HEAD, or a range, is worth a whole answer only where one was kept before.
  private func mayShare(_ request: Request, _ question: Question) -> Bool {
    let wantsWhole = request.method == .get && !request.fields.contains(.range)
    return !request.fields.contains(.authorization) && publicKeys.admit(request.publicKey)
      && (wantsWhole || question.stale != nil) && !uncacheable.contains(question.url, at: loop.now)
  }

  private func isMeant(_ answer: StoredAnswer, for question: Question) -> Bool {
    let variation = answer.variation
    let selection = question.selection
    return variation.isNone
      || keys.key(question.url, selecting: variation, fields: selection.fields) { selection.country } == answer.key
  }

  private func lead(_ request: Request, _ question: Question) async -> Response {
    let flight = flights.takeOff(for: question.key, at: loop.now)
    meter.misses.add()
    switch await ask(wanted(request, question), question, flight) {
    case .stored(let answer, let status): return forwarded(answer, to: request, question, status)
    case .own(let response): return response.noting(CacheStatus(question.reason))
    case .failed(let problem): return makeDo(problem, request, question)
    }
  }

  /// - Parameter status: of the origin's answer, where the client gets another.
  private func forwarded(
    _ answer: StoredAnswer, to request: Request, _ question: Question, _ status: Status? = nil,
    isCollapsed: Bool = false
  ) -> Response {
    var note = CacheStatus(question.reason)
    note.originStatus = status == answer.status ? nil : status
    note.isStored = store.answer(answer.key) === answer
    note.isCollapsed = isCollapsed
    return answer.response(to: request, at: loop.now).noting(note)
  }

  /// The origin has failed: a stale answer will do for as long as it allows.
  private func makeDo(
    _ problem: Problem, _ request: Request, _ question: Question, isCollapsed: Bool = false
  ) -> Response {
    var note = CacheStatus(question.reason)
    note.isCollapsed = isCollapsed
    note.originFailed = true
    guard let stale = question.stale, stale.freshness.servesErrors(at: loop.now) else {
      return problem.response(instance: request.id).noting(note)
    }
    return stale.response(to: request, at: loop.now).noting(note)
  }
}

/// What a question brings home.
extension EdgeCache {
  enum Arrival {
    /// For everybody. Status: the origin's.
    case stored(StoredAnswer, Status)
    /// For the one who asked.
    case own(Response)
    case failed(Problem)
  }

  /// The request that fills the cache: it asks for the whole answer, or whether the stale one still stands.
  func wanted(_ request: Request, _ question: Question) -> ClientRequest {
    var wanted = upstream.wanted(.get, question.key.target, request)
    for name: FieldName in [.ifMatch, .ifNoneMatch, .ifModifiedSince, .ifUnmodifiedSince, .ifRange, .range] {
      wanted.fields.remove(name)
    }
    question.stale?.addConditions(to: &wanted.fields)
    return wanted
  }

  /// Asks the origin, keeps what may be kept, and lets everyone go on who has waited.
  func ask(_ wanted: ClientRequest, _ question: Question, _ flight: Flight) async -> Arrival {
    let arrival: Arrival
    let hasSpare = question.stale?.freshness.servesErrors(at: loop.now) ?? false
    do throws(HTTPClientError) {
      let answer = try await upstream.send(wanted, deadline: hasSpare ? limits.validation : Upstream.deadline)
      arrival = try await take(answer, question, flight)
    } catch {
      arrival = .failed(Upstream.problem(error))
    }
    switch arrival {
    case .stored(let answer, _): flights.land(flight, .stored(answer))
    case .own:
      meter.uncacheable.add()
      flights.land(flight, .released)
    case .failed(let problem):
      meter.failures.add()
      question.stale?.heldOffUntil = loop.now + limits.holdOff
      flights.land(flight, .failed(problem))
    }
    return arrival
  }

  private func take(
    _ answer: ClientResponse, _ question: Question, _ flight: Flight
  ) async throws(HTTPClientError) -> Arrival {
    let arrivedAt = loop.now
    if answer.status.isFailure, let stale = question.stale, stale.freshness.servesErrors(at: arrivedAt) {
      return .failed(Problem(.badGateway, "The origin cannot answer"))
    }
    var origin = answer.fields
    origin.removeCrossOrigin()
    var status = answer.status
    if status == .notModified, let stale = question.stale {
      origin = stale.origin.updated(by: origin)
      status = stale.status
    }
    guard let terms = StorageTerms.terms(of: status, origin), let variation = Variation(origin),
      !(origin.needsPublicKey && publicKeys.isEmpty)
    else { return own(answer, question) }
    let body: [UInt8]
    if answer.status == .notModified, let stale = question.stale {
      body = stale.body
    } else {
      switch try await content(of: answer, until: flight.askedAt + Upstream.deadline) {
      case .whole(let bytes): body = bytes
      case .unbounded(let source):
        uncacheable.insert(question.url, at: loop.now)
        let response = upstream.response(answer, to: .get)
        return .own(Response(response.status, fields: response.fields, body: .stream(source, length: answer.length)))
      }
    }
    let selection = question.selection
    let key =
      variation.isNone
      ? question.url
      : keys.key(question.url, selecting: variation, fields: selection.fields) { selection.country }
    let age = Freshness.age(of: answer.fields, at: upstream.date, delay: arrivedAt - flight.askedAt)
    let stored = StoredAnswer(
      key, variation, status, origin: origin, fields: upstream.sharedFields(origin), body,
      Freshness(terms, age: age, received: arrivedAt), askedAt: flight.askedAt)
    if flight.mayKeep(stored) { store.insert(stored) }
    return .stored(stored, answer.status)
  }

  private func own(_ answer: ClientResponse, _ question: Question) -> Arrival {
    if !answer.status.isFailure, answer.status != .tooManyRequests {
      store.remove(question.key)
      if !answer.status.isError { uncacheable.insert(question.url, at: loop.now) }
    }
    return .own(upstream.response(answer, to: .get))
  }

  private enum Content {
    case whole([UInt8])
    /// More, or slower, than others should wait for.
    case unbounded(any BodySource)
  }

  private func content(of answer: ClientResponse, until end: Instant) async throws(HTTPClientError) -> Content {
    if let length = answer.length, length > limits.answer { return .unbounded(answer) }
    var bytes: [UInt8] = []
    while let piece = try await answer.next() {
      bytes += piece
      if bytes.count > limits.answer || loop.now > end { return .unbounded(Resumed(bytes, answer)) }
    }
    return .whole(bytes)
  }
}

/// Content whose start has been read already.
private final class Resumed: BodySource {
  private var start: [UInt8]?
  private let rest: any BodySource

  init(_ start: [UInt8], _ rest: any BodySource) {
    self.start = start
    self.rest = rest
  }

  func next() async throws -> [UInt8]? {
    if let start {
      self.start = nil
      return start
    }
    return try await rest.next()
  }
}

extension Status {
  /// The origin's own failure, for which a stale answer may stand in. Source: RFC 5861 §4.
  fileprivate var isFailure: Bool { code == 500 || code == 502 || code == 503 || code == 504 }
}
