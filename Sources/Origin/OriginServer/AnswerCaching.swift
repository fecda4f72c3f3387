internal import HTTP
internal import Routing
internal import Signing

extension Response {
  /// The answer as its route's cache policy wants it: fields, ETag, and 304 for a client that has it already.
  /// - freshness: of this very answer, when it is shorter than the policy's.
  func cached(by policy: Caching, freshness: Duration?, for request: Request) -> Response {
    switch policy {
    case .none: return self
    case .noStore:
      return with(.cacheControl, "no-store").with("pragma", "no-cache")
    case .shared(let maxAge, let variesByCountry):
      guard status == .ok, maxAge > .zero, case .bytes(let bytes) = body else { return self }
      let seconds = Int(min(maxAge, freshness ?? maxAge) / .seconds(1))
      let windows = "max-age=\(seconds), stale-while-revalidate=60, stale-if-error=300"
      var response = self
      let tag = fields.bytes(.etag).flatMap { ETag(parsing: $0) } ?? ETag(SHA256.hash(bytes).hex)
      response.fields.set(.etag, tag.description)
      // Nobody but the edge knows how to keep one country's answer from another's viewer.
      response.fields.set(.cacheControl, variesByCountry ? "private, max-age=\(seconds)" : "public, \(windows)")
      response.fields.set(.cdnCacheControl, windows)
      let outcome = Conditions.evaluate(request, against: Validators(etag: tag))
      return outcome == .notModified ? response.withoutContent : response
    }
  }

  private var withoutContent: Response {
    var response = self
    response.status = .notModified
    response.body = .none
    response.fields.remove(.contentType)
    return response
  }
}
