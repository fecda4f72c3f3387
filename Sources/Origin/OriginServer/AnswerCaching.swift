internal import HTTP
internal import Publication
internal import Routing
internal import Signing

extension Response {
  /// The answer as its route's rules want it: fields, ETag, and 304 for a client that has it already.
  /// - Parameters:
  ///   - reply: how long this very answer is fresh, when that is shorter than the rules' time, and its tags.
  ///   - reuse: to whom the edge may give the answer again, as far as that is not everyone.
  func cached(by caching: Caching, _ reply: Reply, for request: Request, _ reuse: [EdgeReuse]) -> Response {
    switch caching {
    case .none: return self
    case .noStore:
      return with(.cacheControl, "no-store").with("pragma", "no-cache")
    case .shared(let maxAge, let variesByCountry):
      guard status == .ok, maxAge > .zero, case .bytes(let bytes) = body else { return self }
      // What outdates itself is known to be wrong afterwards: only an origin that is away excuses it.
      let good = max(.zero, reply.freshness ?? maxAge + whileRevalidated)
      let seconds = Int(min(maxAge, good) / .seconds(1))
      let whileRevalidating = min(Int(good / .seconds(1)) - seconds, Int(whileRevalidated / .seconds(1)))
      let windows = "max-age=\(seconds), stale-while-revalidate=\(whileRevalidating), stale-if-error=300"
      var response = self
      let tag = fields.bytes(.etag).flatMap { ETag(parsing: $0) } ?? ETag(SHA256.hash(bytes).hex)
      response.fields.set(.etag, tag.description)
      // Nobody but the edge knows how to keep one country's answer from another's viewer.
      response.fields.set(.cacheControl, variesByCountry ? "private, max-age=\(seconds)" : "public, \(windows)")
      response.fields.set(.cdnCacheControl, windows)
      response.fields.setList(.cacheTag, reply.tags)
      response.fields.setList(.edgeReuse, reuse.map(\.rawValue))
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

/// How long a shared answer may be given while a newer one is fetched.
private let whileRevalidated = Duration.seconds(60)

extension Fields {
  fileprivate mutating func setList(_ name: FieldName, _ items: [String]) {
    if !items.isEmpty { set(name, items.joined(separator: ", ")) }
  }
}
