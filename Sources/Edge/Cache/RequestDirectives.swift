internal import HTTP
internal import Loop

/// What a client asks of the caches on its way. Source: RFC 9111 §5.2.1, §5.4.
struct RequestDirectives {
  private let control: CacheControl

  /// Nil when it asks for nothing, as most do: that costs no reading.
  init?(_ request: Request) {
    if request.has(.cacheControl) {
      control = CacheControl(request.fields)
    } else if request.has(.pragma), request.fields.listContains(.pragma, "no-cache") {
      var control = CacheControl()
      control.noCache = true
      self.control = control
    } else {
      return nil
    }
  }

  /// Neither the request nor its answer may be kept: it is none of the cache's business.
  var noStore: Bool { control.noStore }
  /// An answer, or none, but no word to the origin.
  var onlyIfCached: Bool { control.onlyIfCached }

  /// What an answer is for this client, which may be stricter than the origin, or take what is stale.
  func refine(_ state: Freshness.State, of freshness: Freshness, at now: Instant) -> Freshness.State {
    if control.noCache { return .expired }
    let left = freshness.secondsLeft(at: now)
    // 0 is what browsers say to have it validated, however young it is.
    if let most = control.maxAgeSeconds, most == 0 || freshness.ageSeconds(at: now) > most { return .expired }
    if let least = control.minFreshSeconds, left < least { return .expired }
    if state != .fresh, freshness.terms.allowsStale, let most = control.maxStaleSeconds, -left <= most { return .fresh }
    return state
  }
}
