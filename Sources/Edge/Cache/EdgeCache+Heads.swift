internal import HTTP
internal import HTTPClient
internal import HTTPServer
internal import Loop
internal import Observability

/// HEAD, when what is kept does not answer it.
extension EdgeCache {
  /// Asks the origin with HEAD; its answer tells whether the kept one still stands. Source: RFC 9111 §4.3.5.
  func askForHead(_ request: Request, _ question: Question) async -> Response {
    meter.misses.add()
    let askedAt = loop.exactNow
    do throws(HTTPClientError) {
      var wanted = upstream.wanted(
        .head, upstream.target(of: request), request, from: question.selection.country)
      wanted.fields.remove(.acceptEncoding)
      let answer = try await upstream.send(wanted, deadline: upstream.deadline)
      if answer.status == .ok, let stale = question.stale { renew(stale, by: answer.fields, question, askedAt) }
      return upstream.response(answer, to: .head).noting(CacheStatus(question.reason))
    } catch {
      return makeDo(OriginFailure(error), request, question)
    }
  }

  private func renew(_ stale: StoredAnswer, by head: Fields, _ question: Question, _ askedAt: Instant) {
    guard stale.isDescribed(by: head) else { return store.remove(stale.key) }
    var news = head
    news.remove(.age)
    let origin = stale.origin.updated(by: news)
    guard !question.selection.fields.contains(.authorization), Variation(origin) == stale.variation,
      let terms = terms(of: stale.status, origin, question)
    else { return }
    let age = Freshness.age(of: head, at: upstream.date, delay: max(.zero, loop.now - askedAt))
    let renewed = StoredAnswer(
      stale.key, stale.variation, stale.status, origin: origin, fields: upstream.sharedFields(origin), stale.content,
      Freshness(terms, age: age, received: loop.now), askedAt: askedAt)
    store.insert(renewed.with(stale.content, stale.part))
  }
}
