internal import HTTP

/// Whether the edge may keep an answer, and for how long. A valid targeted field speaks alone; without one
/// Cache-Control and Expires do. Source: RFC 9111 §3, RFC 9213 §2.2.
struct StorageTerms {
  /// When the answer came, by the wall clock: for answers without a date.
  let received: HTTPDate
  /// The request had credentials: its answer is its owner's own, unless the origin says otherwise.
  var wasAuthorized = false
  /// Of the time since an answer's last change, for which one without a stated lifetime is fresh. 0: none is guessed.
  var heuristicPercent = 0
  /// For how long an answer may be given beyond its freshness while the origin cannot be reached, when it does not say.
  var staleIfCutOff = Duration.zero

  /// Nil when it may not be kept.
  func terms(of status: Status, _ fields: Fields) -> Freshness.Terms? {
    let targeted = CacheControl(targeted: fields)
    let control = targeted ?? CacheControl(fields)
    guard mayKeep(status, control) else { return nil }
    let stated = control.sharedMaxAgeSeconds ?? control.maxAgeSeconds
    let seconds = stated ?? (targeted == nil ? expirySeconds(fields) : nil)
    guard let seconds = seconds ?? guessedSeconds(status, control, fields) ?? (control.noCache ? 0 : nil) else {
      return nil
    }

    var terms = Freshness.Terms()
    if !control.noCache { terms.lifetime = .seconds(seconds) }
    // s-maxage among them: it means proxy-revalidate. RFC 9111 §5.2.2.10.
    terms.allowsStale =
      !control.noCache && !control.mustRevalidate && !control.proxyRevalidate && control.sharedMaxAgeSeconds == nil
    if terms.allowsStale {
      terms.staleWhileRevalidate = .seconds(control.staleWhileRevalidateSeconds ?? 0)
      terms.staleIfError = .seconds(control.staleIfErrorSeconds ?? 0)
      if control.staleIfErrorSeconds == nil { terms.staleIfCutOff = staleIfCutOff }
    }
    // What can be neither used nor validated is not worth its place.
    let canBeValidated = fields.contains(.etag) || fields.contains(.lastModified)
    return terms.isUsable || canBeValidated ? terms : nil
  }

  private func mayKeep(_ status: Status, _ control: CacheControl) -> Bool {
    guard !status.isOfOneRequest, !control.isPrivate else { return false }
    if control.mustUnderstand {
      guard status.isUnderstood else { return false }
    } else if control.noStore {
      return false
    }
    return !wasAuthorized || control.isPublic || control.mustRevalidate || control.sharedMaxAgeSeconds != nil
  }

  /// An Expires that is no date has passed. Source: RFC 9111 §5.3.
  private func expirySeconds(_ fields: Fields) -> Int? {
    guard let value = fields.bytes(.expires) else { return nil }
    guard fields.count(of: .expires) == 1, let expiry = HTTPDate(value) else { return 0 }
    let date = fields.bytes(.date).flatMap { HTTPDate($0) } ?? received
    return min(max(0, expiry.secondsSinceEpoch - date.secondsSinceEpoch), CacheControl.maximumSeconds)
  }

  /// Never for an answer that gives a cookie: what nobody has thought about may be one client's own.
  /// Source: RFC 9111 §4.2.2.
  private func guessedSeconds(_ status: Status, _ control: CacheControl, _ fields: Fields) -> Int? {
    guard heuristicPercent > 0, status.isHeuristicallyCacheable || control.isPublic,
      !fields.contains(.setCookie), let changed = fields.bytes(.lastModified).flatMap({ HTTPDate($0) })
    else { return nil }
    let date = fields.bytes(.date).flatMap { HTTPDate($0) } ?? received
    return min(max(0, date.secondsSinceEpoch - changed.secondsSinceEpoch) * heuristicPercent / 100, 86_400)
  }
}

extension Status {
  /// It answers a condition or a range that others have not asked with: given to them it would be wrong.
  fileprivate var isOfOneRequest: Bool {
    self == .notModified || self == .preconditionFailed || self == .rangeNotSatisfiable
  }

  /// One whose meaning, and with it what a cache may do, is known here. Source: RFC 9110 §15.
  fileprivate var isUnderstood: Bool {
    switch code {
    case 200...206, 300...305, 307, 308, 400...417, 421, 422, 426, 500...505: true
    default: false
    }
  }

  /// Source: RFC 9110 §15.1.
  fileprivate var isHeuristicallyCacheable: Bool {
    switch code {
    case 200, 203, 204, 206, 300, 301, 308, 404, 405, 410, 414, 501: true
    default: false
    }
  }
}
