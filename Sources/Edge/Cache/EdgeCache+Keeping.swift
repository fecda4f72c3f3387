internal import HTTP
internal import HTTPClient
internal import HTTPServer
internal import Loop
internal import Observability
internal import Signing

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
    for name: FieldName in [
      .ifMatch, .ifNoneMatch, .ifModifiedSince, .ifUnmodifiedSince, .ifRange, .range, .acceptEncoding,
    ] {
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
    let validated = answer.status == .notModified ? question.stale : nil
    let status = validated?.status ?? answer.status
    var origin = answer.fields
    if upstream.bond.isOwn { origin.removeCrossOrigin() }
    // From now on we count it.
    origin.remove(.age)
    if let validated { origin = validated.origin.updated(by: origin) }
    guard let terms = StorageTerms.terms(of: status, origin), let variation = Variation(origin), canGuard(origin) else {
      forget(question, after: status)
      guard let validated else { return .own(upstream.response(answer, to: .get)) }
      return .own(Response(status, fields: upstream.visibleFields(origin), body: validated.content.body))
    }
    let age = Freshness.age(of: answer.fields, at: upstream.date, delay: max(.zero, arrivedAt - flight.askedAt))
    let key = key(of: variation, for: question)
    let fields = upstream.sharedFields(origin)
    func stored(_ content: StoredContent) -> StoredAnswer {
      StoredAnswer(
        key, variation, status, origin: origin, fields: fields, content,
        Freshness(terms, age: age, received: arrivedAt), askedAt: flight.askedAt)
    }
    let content: StoredContent
    switch try await read(answer, validated, until: flight.askedAt + Upstream.deadline) {
    case .whole(let whole): content = whole
    case .unbounded(let source):
      forget(question, after: status)
      let fields = upstream.visibleFields(answer.fields)
      let body = keeping(source, answer, status, under: key, stored)
      return .own(Response(status, fields: fields, body: .stream(body, length: answer.length)))
    }
    let stored = stored(content)
    store.insert(stored)
    return .stored(stored, answer.status)
  }

  /// An answer that only callers with a key may have is for an edge that knows the keys.
  private func canGuard(_ origin: Fields) -> Bool { !origin.needsPublicKey || !publicKeys.isEmpty }

  /// What was kept is outdated by an answer that is not for all. A failure, or a refusal of the moment, outdates
  /// nothing.
  private func forget(_ question: Question, after status: Status) {
    guard !status.isFailure, status != .tooManyRequests else { return }
    store.remove(question.key)
    if !status.isError { uncacheable.insert(question.url, at: loop.now) }
  }

  /// The key of the variant that the asker selects.
  func key(of variation: Variation, for question: Question) -> CacheKey {
    if variation.isNone { return question.url }
    let selection = question.selection
    return keys.key(question.url, selecting: variation, fields: selection.fields) { selection.country }
  }

  private enum Content {
    case whole(StoredContent)
    /// More, or slower, than others should wait for.
    case unbounded(any BodySource)
  }

  private func read(
    _ answer: ClientResponse, _ validated: StoredAnswer?, until end: Instant
  ) async throws(HTTPClientError) -> Content {
    if let validated { return .whole(validated.content) }
    if let length = answer.length, length > limits.answer { return .unbounded(answer) }
    var bytes: [UInt8] = []
    while let piece = try await answer.next() {
      bytes += piece
      if bytes.count > limits.answer || loop.now > end { return .unbounded(Resumed(bytes, answer)) }
    }
    return .whole(StoredContent(bytes))
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
