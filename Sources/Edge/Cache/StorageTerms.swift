internal import HTTP

/// Whether the edge may keep an answer, and for how long. The origin has to say so: nothing is guessed from dates.
/// A valid CDN-Cache-Control speaks alone; without it Cache-Control and Expires do. Source: RFC 9111 §3, RFC 9213 §2.2.
enum StorageTerms {
  /// Nil when it may not be kept.
  static func terms(of status: Status, _ fields: Fields) -> Freshness.Terms? {
    guard mayKeep(status), !fields.contains(.setCookie) else { return nil }
    let targeted = CacheControl(targeted: fields)
    let control = targeted ?? CacheControl(fields)
    guard !control.noStore, !control.isPrivate else { return nil }
    let stated = control.sharedMaxAgeSeconds ?? control.maxAgeSeconds
    guard let seconds = stated ?? (targeted == nil ? expirySeconds(fields) : nil) else { return nil }

    var terms = Freshness.Terms()
    if !control.noCache { terms.lifetime = .seconds(seconds) }
    // s-maxage among them: it means proxy-revalidate. RFC 9111 §5.2.2.10.
    let forbidsStale = control.noCache || control.mustRevalidate || control.proxyRevalidate
    if !forbidsStale, control.sharedMaxAgeSeconds == nil {
      terms.staleWhileRevalidate = .seconds(control.staleWhileRevalidateSeconds ?? 0)
      terms.staleIfError = .seconds(control.staleIfErrorSeconds ?? 0)
    }
    // What can be neither used nor validated is not worth its place.
    let canBeValidated = fields.contains(.etag) || fields.contains(.lastModified)
    return terms == Freshness.Terms() && !canBeValidated ? nil : terms
  }

  /// Whole, final answers. What says "not now" is about this moment and this caller.
  private static func mayKeep(_ status: Status) -> Bool {
    switch status {
    case .partialContent, .notModified, .tooManyRequests: false
    default: !status.isInterim && status.code < 500
    }
  }

  /// An Expires that is no date has passed. Source: RFC 9111 §5.3.
  private static func expirySeconds(_ fields: Fields) -> Int? {
    guard let value = fields.bytes(.expires) else { return nil }
    guard fields.count(of: .expires) == 1, let expiry = HTTPDate(value),
      let date = fields.bytes(.date).flatMap({ HTTPDate($0) })
    else { return 0 }
    return max(0, expiry.secondsSinceEpoch - date.secondsSinceEpoch)
  }
}
