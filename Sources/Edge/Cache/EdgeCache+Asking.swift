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
    if request.method == .head { return await askForHead(request, first) }
    var question = first
    // A second time for who has waited for another variant.
    for _ in 0..<2 where mayShare(request, question) {
      guard let flight = flights.flight(for: question.key, since: store.lastPurge) else {
        // It may have landed since the question was put: the answer is kept then.
        switch decide(request, RequestDirectives(request), question.url) {
        case .answer(let response): return response
        case .ask(let latest): return await lead(request, latest)
        }
      }
      switch await flight.wait() {
      case .stored(let answer) where isMeant(answer, for: question):
        meter.collapsed.add()
        return forwarded(answer, to: request, question, isCollapsed: true)
      case .filling(let filling) where isMeant(filling.head, for: question) && filling.canBeJoined:
        meter.collapsed.add()
        return forwarded(filling, to: request, question, isCollapsed: true)
      case .stored, .filling:
        switch decide(request, RequestDirectives(request), question.url) {
        case .answer(let response): return response
        case .ask(let next): question = next
        }
      case .released: return await upstream.forward(request, content, CacheStatus(question.reason))
      case .failed(let failure): return makeDo(failure, request, question, isCollapsed: true)
      }
    }
    if uncacheable.contains(question.url, at: loop.now) {
      return await upstream.forward(request, content, CacheStatus(question.reason))
    }
    return await askAlone(request, question)
  }

  /// An answer to credentials may be their owner's own, and one without a public key is a refusal: neither is waited
  /// for. A range is worth a whole answer only where one was kept before.
  private func mayShare(_ request: Request, _ question: Question) -> Bool {
    let wantsWhole = !request.fields.contains(.range)
    let hasWhole = question.stale.map { $0.part == nil } ?? false
    return !request.fields.contains(.authorization) && publicKeys.admit(request.publicKey)
      && (wantsWhole || hasWhole) && !uncacheable.contains(question.url, at: loop.now)
  }

  private func isMeant(_ answer: StoredAnswer, for question: Question) -> Bool {
    key(of: answer.variation, for: question) == answer.key
  }

  private func lead(_ request: Request, _ question: Question) async -> Response {
    let flight = flights.takeOff(for: question.key, at: loop.exactNow)
    meter.misses.add()
    return give(await ask(wanted(request, question), question, flight), to: request, question)
  }

  /// As the client has made the request, with its credentials or its range: nobody waits for the answer, which may be
  /// kept all the same.
  private func askAlone(_ request: Request, _ question: Question) async -> Response {
    meter.misses.add()
    var question = question
    question.wasAuthorized = request.fields.contains(.authorization)
    // What was kept is not asked about, and stands by for a failure only.
    question.isValidation = false
    var wanted = upstream.wanted(.get, upstream.target(of: request), request, from: question.selection.country)
    wanted.fields.remove(.acceptEncoding)
    let flight = flights.takeOffAlone(for: question.key, at: loop.exactNow)
    return give(await ask(wanted, question, flight), to: request, question)
  }

  private func give(_ arrival: Arrival, to request: Request, _ question: Question) -> Response {
    switch arrival {
    case .stored(let answer, let status, let own):
      var response = forwarded(answer, to: request, question, status)
      response.fields.append(own)
      return response
    case .filling(let filling, let own):
      var response = forwarded(filling, to: request, question)
      response.fields.append(own)
      return response
    case .own(let response): return response.noting(CacheStatus(question.reason))
    case .failed(let failure): return makeDo(failure, request, question)
    }
  }

  /// - Parameter status: of the origin's answer, where the client gets another.
  private func forwarded(
    _ answer: StoredAnswer, to request: Request, _ question: Question, _ status: Status? = nil,
    isCollapsed: Bool = false
  ) -> Response {
    var note = CacheStatus(question.reason)
    note.originStatus = status == answer.status ? nil : status
    note.isStored = store.holds(answer)
    note.isCollapsed = isCollapsed
    return answer.response(to: request, at: loop.now).noting(note)
  }

  private func forwarded(
    _ filling: Filling, to request: Request, _ question: Question, isCollapsed: Bool = false
  ) -> Response {
    var note = CacheStatus(question.reason)
    note.isStored = filling.willBeKept
    note.isCollapsed = isCollapsed
    return filling.head.response(to: request, at: loop.now, from: filling).noting(note)
  }

  /// The origin has failed: a stale answer will do for as long as it allows.
  func makeDo(
    _ failure: OriginFailure, _ request: Request, _ question: Question, isCollapsed: Bool = false
  ) -> Response {
    var note = CacheStatus(question.reason)
    note.isCollapsed = isCollapsed
    note.originFailed = true
    guard let stale = question.stale, stale.serves(request),
      stale.freshness.serves(isCutOff: failure.isCutOff, at: loop.now)
    else { return failure.problem.response(instance: request.id).noting(note) }
    return stale.response(to: request, at: loop.now).noting(note)
  }
}
