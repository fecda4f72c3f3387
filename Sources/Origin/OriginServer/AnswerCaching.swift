internal import HTTP
internal import Routing
internal import Signing

extension Response {
  /// The answer as its route's cache policy wants it: fields, ETag, and 304 for a client that has it already.
  func cached(by policy: Caching, for request: Request, tags: [String]) -> Response {
    switch policy {
    case .none: return self
    case .noStore:
      return with(.cacheControl, "no-store").with("pragma", "no-cache")
    case .shared(let maxAge, let variesByCountry):
      guard status == .ok, maxAge > .zero, case .bytes(let bytes) = body else { return self }
      let seconds = Int(maxAge / .seconds(1))
      let windows = "max-age=\(seconds), stale-while-revalidate=60, stale-if-error=300"
      var response = self
      let tag = "\"\(SHA256.hash(bytes).hex)\""
      response.fields.set(.etag, tag)
      // Nobody but the edge knows how to keep one country's answer from another's viewer.
      response.fields.set(.cacheControl, variesByCountry ? "private, max-age=\(seconds)" : "public, \(windows)")
      response.fields.set(.cdnCacheControl, windows)
      if !tags.isEmpty { response.fields.set("cache-tag", tags.joined(separator: ",")) }
      return response.notModified(for: request, tag) ? response.withoutContent : response
    }
  }

  /// Weak comparison over the list, as RFC 9110 §13.1.2 has it for GET.
  private func notModified(for request: Request, _ tag: String) -> Bool {
    guard let condition = request.fields.combined(.ifNoneMatch) else { return false }
    return condition.split(separator: ",").contains { candidate in
      let text = candidate.drop { $0 == " " }
      return text == "*" || text == tag[...] || text.dropFirst(2) == tag[...] && text.hasPrefix("W/")
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
