internal import HTTP
internal import HTTPClient
internal import HTTPServer
internal import Loop
internal import Observability
internal import Signing

/// What a question brings home.
extension EdgeCache {
  enum Arrival {
    /// For everybody. Status: the origin's. Own: fields that are for the asker alone.
    case stored(StoredAnswer, Status, own: Fields)
    /// For everybody, as it comes.
    case filling(Filling, own: Fields)
    /// For the one who asked.
    case own(Response)
    case failed(OriginFailure)
  }

  /// An answer of so few bytes is as good as there once its head is: it is read whole.
  private static let smallAnswer = 64 * 1024

  /// What a caller asks of an answer is between it and the edge.
  private static let callersOwn: FieldNames = [
    .ifMatch, .ifNoneMatch, .ifModifiedSince, .ifUnmodifiedSince, .ifRange, .range, .acceptEncoding,
  ]

  /// The request that fills the cache: it asks for the whole answer, for what a kept part lacks, or whether what is
  /// kept still stands.
  func wanted(_ request: Request, _ question: Question) -> ClientRequest {
    var wanted = upstream.wanted(.get, question.key.target, request, from: question.selection.country)
    wanted.fields.remove(Self.callersOwn)
    if let stale = question.stale {
      stale.addConditions(to: &wanted.fields)
    } else {
      let tags = question.others.compactMap { $0.etag?.description }
      // In one line: there are servers that read no second one.
      if !tags.isEmpty { wanted.fields.append(.ifNoneMatch, tags.joined(separator: ", ")) }
    }
    return wanted
  }

  /// Asks the origin, keeps what may be kept, and lets everyone go on who has waited.
  func ask(_ wanted: ClientRequest, _ question: Question, _ flight: Flight) async -> Arrival {
    var arrival: Arrival
    let hasSpare = question.stale?.freshness.serves(isCutOff: true, at: loop.now) ?? false
    do throws(HTTPClientError) {
      let deadline = hasSpare ? limits.validation : upstream.deadline
      var answer = try await upstream.send(wanted, deadline: deadline)
      if question.isLeftOpen(by: answer) {
        answer = try await upstream.send(wanted.withoutConditions, deadline: deadline)
      }
      arrival = try await take(answer, question, flight)
    } catch {
      arrival = .failed(OriginFailure(error))
    }
    switch arrival {
    case .stored(let answer, _, _): flights.land(flight, .stored(answer))
    case .filling(let filling, _): fill(filling, flight)
    case .own:
      meter.uncacheable.add()
      flights.land(flight, .released)
    case .failed(let failure):
      meter.failures.add()
      if let stale = question.stale, stale.freshness.serves(isCutOff: failure.isCutOff, at: loop.now) {
        stale.heldOffUntil = loop.now + limits.holdOff
      }
      flights.land(flight, .failed(failure))
    }
    return arrival
  }

  /// Whoever comes while it fills joins in.
  private func fill(_ filling: Filling, _ flight: Flight) {
    flights.approach(flight, .filling(filling))
    loop.start { [self] in
      await filling.run { [self] bytes in
        let content = limits.hasClientsInClear ? StoredContent(forClientsInClear: bytes) : StoredContent(bytes)
        store.insert(filling.head.with(content))
      }
      flights.end(flight)
    }
  }

  private func take(
    _ answer: ClientResponse, _ question: Question, _ flight: Flight
  ) async throws(HTTPClientError) -> Arrival {
    let arrivedAt = loop.now
    if answer.status.isFailure, let stale = question.stale, stale.freshness.serves(isCutOff: false, at: arrivedAt) {
      return .failed(.itsOwn)
    }
    let validated = answer.status == .notModified ? question.validated(by: answer.fields) : nil
    let status = validated?.status ?? answer.status
    var origin = answer.fields
    if upstream.bond.isOwn { origin.removeCrossOrigin() }
    // From now on we count it.
    origin.remove(.age)
    if let validated { origin = validated.origin.updated(by: origin) }
    let own = origin.takeOwn()
    guard let terms = terms(of: status, origin, question), let variation = Variation(origin), canGuard(origin) else {
      forget(question, after: status)
      guard let validated else { return .own(upstream.response(answer, to: .get)) }
      return .own(Response(status, fields: upstream.visibleFields(origin), body: validated.content.body))
    }
    let age = Freshness.age(of: answer.fields, at: upstream.date, delay: max(.zero, arrivedAt - flight.askedAt))
    let stored = StoredAnswer(
      key(of: variation, for: question), variation, status, origin: origin, fields: upstream.sharedFields(origin),
      StoredContent([]), Freshness(terms, age: age, received: arrivedAt), askedAt: flight.askedAt)
    if let validated { return keep(stored.with(validated.content, validated.part), answer.status, own) }
    if status == .partialContent { return try await takePart(answer, stored, question, own) }
    if let length = answer.length, length > limits.answer { return large(answer, length, stored, question, own) }
    guard let length = answer.length, length <= Self.smallAnswer else {
      return .filling(Filling(stored, from: answer, limit: limits.answer), own: own)
    }
    return keep(stored.with(StoredContent(try await answer.collect(limit: length))), answer.status, own)
  }

  private func keep(_ answer: StoredAnswer, _ status: Status, _ own: Fields) -> Arrival {
    store.insert(answer)
    return .stored(answer, status, own: own)
  }

  /// Too large for memory: it goes to disk, or to the one who asked.
  private func large(
    _ answer: ClientResponse, _ length: Int, _ stored: StoredAnswer, _ question: Question, _ own: Fields
  ) -> Arrival {
    guard let file = file(for: stored, length: length) else {
      forget(question, after: answer.status)
      return .own(upstream.response(answer, to: .get))
    }
    return .filling(Filling(stored, from: answer, limit: limits.answer, file: file), own: own)
  }

  /// Keeps a part, joined with what is kept already when both are of one version. Source: RFC 9111 §3.3, §3.4.
  private func takePart(
    _ answer: ClientResponse, _ stored: StoredAnswer, _ question: Question, _ own: Fields
  ) async throws(HTTPClientError) -> Arrival {
    guard let part = ContentPart(answer.fields), part.count <= limits.answer,
      answer.length.map({ $0 == part.count }) ?? true
    else { return .own(upstream.response(answer, to: .get)) }
    func kept(_ bytes: [UInt8]) -> StoredAnswer {
      let arrived = stored.keeping(part, bytes)
      return question.stale.flatMap { arrived.joined(with: $0, atMost: limits.answer) } ?? arrived
    }
    let fields = upstream.visibleFields(answer.fields)
    guard question.isValidation else {
      let body = PassingContent(answer, length: part.count) { [store] in store.insert(kept($0)) }
      return .own(Response(answer.status, fields: fields, body: .stream(body, length: answer.length)))
    }
    let bytes = try await answer.collect(limit: limits.answer)
    let whole = kept(bytes)
    guard bytes.count == part.count, whole.part == nil else { throw .connectionLost(reason: "a part fell short") }
    return keep(whole, answer.status, own)
  }

  func terms(of status: Status, _ origin: Fields, _ question: Question) -> Freshness.Terms? {
    StorageTerms(
      received: upstream.date, wasAuthorized: question.wasAuthorized, heuristicPercent: limits.heuristicPercent,
      staleIfCutOff: limits.staleIfCutOff
    ).terms(of: status, origin)
  }

  /// An answer that only callers with a key may have is for an edge that knows the keys.
  private func canGuard(_ origin: Fields) -> Bool { !origin.needsPublicKey || !publicKeys.isEmpty }

  /// What was kept is outdated by an answer that is not for all. A failure, or a refusal of the moment, outdates
  /// nothing; nor does the answer to a request that asked for itself alone.
  private func forget(_ question: Question, after status: Status) {
    guard question.isValidation, !status.isFailure, status != .tooManyRequests else { return }
    store.remove(question.key)
    if !status.isError { uncacheable.insert(question.url, at: loop.now) }
  }

  /// The key of the variant that the asker selects.
  func key(of variation: Variation, for question: Question) -> CacheKey {
    if variation.isNone { return question.url }
    let selection = question.selection
    return keys.key(question.url, selecting: variation, fields: selection.fields) { selection.country }
  }
}

extension ClientRequest {
  fileprivate var withoutConditions: ClientRequest {
    var request = self
    for name: FieldName in [.range, .ifRange, .ifNoneMatch, .ifModifiedSince] { request.fields.remove(name) }
    return request
  }
}

extension Fields {
  /// Takes out the fields that Cache-Control keeps for the asker alone, by their names. Source: RFC 9111
  /// §5.2.2.4, §5.2.2.7.
  fileprivate mutating func takeOwn() -> Fields {
    let control = CacheControl(targeted: self) ?? CacheControl(self)
    var own = Fields()
    for name in control.ownFields {
      for value in all(name) { own.append(name, value) }
      remove(name)
    }
    return own
  }
}
