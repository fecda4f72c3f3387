internal import HTTP
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
      guard let flight = flights.flight(for: question.key, since: store.lastPurge) else {
        return await lead(request, question)
      }
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
    key(of: answer.variation, for: question) == answer.key
  }

  private func lead(_ request: Request, _ question: Question) async -> Response {
    let flight = flights.takeOff(for: question.key, at: loop.exactNow)
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
    note.isStored = store.holds(answer)
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
