internal import HTTP
internal import HTTPClient
internal import HTTPServer
internal import Loop
internal import Observability
internal import Publication
internal import Signing

/// How a worker uses the answers of the origin that its process keeps. A hit is decided without waiting for anything; a
/// miss asks the origin once, however many want the same.
///
/// The answers are shared by all workers; what is being asked is not, so that each may ask for the same key once.
final class EdgeCache {
  /// What is kept, and what the origin's weakness may cost.
  struct Limits {
    /// Of one answer, in bytes; what is larger is streamed and not kept.
    var answer = 4 * 1024 * 1024
    /// With a stale answer at hand, so long a caller may wait for a newer one.
    var validation = Duration.seconds(3)
    /// After the origin has failed to validate an answer, until it is asked again.
    var holdOff = Duration.seconds(1)
    /// Of the time since an answer's last change, for which one without a stated lifetime is fresh.
    var heuristicPercent = 0
    /// Beyond its freshness, for an answer that does not say how long, while the origin cannot be reached.
    var staleIfCutOff = Duration.zero
    /// What is large is kept as it is best sent to them.
    var hasClientsInClear = false
  }

  let loop: EventLoop
  let upstream: Upstream
  let limits: Limits
  let publicKeys: PublicKeys
  let meter: CacheMeter
  let store: AnswerStore
  var keys: CacheKeyWriter
  var uncacheable = UncacheableKeys()
  var coverage: PurgeCoverage
  var flights = Flights()

  /// - Parameter publicKeys: for the answers that the origin gives only to callers with a key.
  init(
    on loop: EventLoop, _ upstream: Upstream, _ store: AnswerStore, limits: Limits = Limits(), publicKeys: PublicKeys,
    _ metrics: Metrics = Metrics()
  ) {
    self.loop = loop
    self.upstream = upstream
    self.limits = limits
    self.publicKeys = publicKeys
    self.store = store
    keys = CacheKeyWriter(upstream.bond)
    coverage = upstream.bond.isOwn ? PurgeCoverage() : .unneeded
    meter = CacheMeter(metrics)
    metrics.gauge(
      "edge_cache_follows_purges", help: "1 while every loop obeys each purge as it is written.", together: .least
    ) { [unowned self] in coverage.isFollowing ? 1 : 0 }
  }

  /// Of a request that the edge does not answer itself.
  func dispatch(_ request: Request) -> Dispatch {
    guard request.method == .get || request.method == .head else {
      if request.forwardsLeft == 0 { return .respond(.lastHop(request)) }
      return .streamed { [self] request, content in await change(request, content) }
    }
    let wishes = RequestDirectives(request)
    guard request.framing == .none, wishes?.noStore != true, let url = keys.key(of: request) else {
      return .streamed { [self] request, content in await upstream.forward(request, content, CacheStatus(.bypass)) }
    }
    switch decide(request, wishes, url) {
    case .answer(let response): return .respond(response)
    case .ask(let question): return .streamed { [self] in await answer($0, $1, question) }
    }
  }

  enum Decision {
    case answer(Response)
    case ask(Question)
  }

  func decide(_ request: Request, _ wishes: RequestDirectives?, _ url: CacheKey) -> Decision {
    let now = loop.now
    var key = url
    var answer: StoredAnswer?
    switch store.find(url) {
    case .nothing: break
    case .answer(let found): answer = found
    case .variants(let variation):
      key = keys.key(url, selecting: variation, fields: request.fields) { upstream.audience(request) }
      answer = store.variant(key, of: url) ?? variant(of: url, by: variation, inTheLanguageOf: request)
    }
    func question(_ reason: CacheStatus.Reason) -> Question {
      let selection = Variation.Selection(fields: request.fields, country: upstream.audience(request))
      let others = answer == nil && key != url ? store.variants(of: url) : []
      return Question(url: url, key: key, stale: answer, others: others, reason: reason, selection: selection)
    }
    func ask(_ reason: CacheStatus.Reason) -> Decision {
      wishes?.onlyIfCached == true ? .answer(.notCached(request)) : .ask(question(reason))
    }
    guard let answer else { return ask(key == url ? .uriMiss : .varyMiss) }
    if answer.needsPublicKey, !publicKeys.admit(request.publicKey) {
      return .answer(Problem.noPublicKey.response(instance: request.id))
    }
    guard answer.serves(request) else { return ask(.partial) }
    let state = state(of: answer, at: now)
    switch wishes?.refine(state, of: answer.freshness, at: now) ?? state {
    case .fresh: meter.hits.add()
    case .staleWhileRevalidate:
      meter.staleHits.add()
      refresh(request, answer, at: now) { question(.stale) }
    case .staleIfError where now < answer.heldOffUntil: meter.staleHits.add()
    case .staleIfError, .expired: return ask(state == .fresh ? .request : .stale)
    }
    return .answer(answer.hit(for: request, at: now))
  }

  /// Whoever likes one language best is given it, whatever else was liked by who has asked for it first.
  /// Source: RFC 9111 §4.1.
  private func variant(
    of url: CacheKey, by variation: Variation, inTheLanguageOf request: Request
  ) -> StoredAnswer? {
    guard variation.isByLanguage, let language = LanguagePreference.favourite(of: request.fields) else { return nil }
    return store.variants(of: url).first { $0.origin.first("content-language")?.lowercased() == language }
  }

  /// An answer that a purge may have missed is as one that has gone stale.
  private func state(of answer: StoredAnswer, at now: Instant) -> Freshness.State {
    let state = answer.freshness.state(at: now)
    if coverage.covers(answer.askedAt, at: now) { return state }
    return answer.freshness.serves(isCutOff: true, at: now) ? .staleIfError : .expired
  }

  /// In the background, once.
  private func refresh(_ request: Request, _ answer: StoredAnswer, at now: Instant, _ question: () -> Question) {
    guard flights.flight(for: answer.key, since: store.lastPurge) == nil, now >= answer.heldOffUntil else { return }
    let question = question()
    // Now, because the request is the connection's: it will be another one's by then.
    var wanted = wanted(request, question)
    // What comes is for everyone, whoever happened to ask.
    for name: FieldName in [.authorization, .cookie] { wanted.fields.remove(name) }
    wanted.onInterim = nil
    let flight = flights.takeOff(for: question.key, at: loop.exactNow)
    loop.start { [self] in _ = await ask(wanted, question, flight) }
  }
}
