package import HTTP

/// Lets web pages of exactly the named origins call us, with their credentials. Source: Fetch, §3.3 (CORS protocol).
///
/// What a page may read is written on each answer as it leaves: an answer out of a cache serves every origin.
package struct CrossOrigin: Sendable {
  private let origins: [(name: [UInt8], fields: Fields)]
  /// For all others.
  private let others: Fields

  /// How long a browser remembers a preflight, in seconds.
  private static let maxAgeSeconds = 3600
  private static let methods = "GET, HEAD, POST, PUT, PATCH, DELETE"
  private static let requestFields = """
    Authorization, Content-Type, Idempotency-Key, If-Match, If-Modified-Since, If-None-Match, Range, traceparent, \
    tracestate, X-API-Key, X-Correlation-ID, X-CSRF-Token, X-Reauth, X-Request-ID, X-Session-Id
    """
  private static let answerFields = """
    Accept-Ranges, Cache-Status, Content-Disposition, Content-Range, ETag, Link, Location, RateLimit, \
    RateLimit-Policy, Retry-After, traceparent, WWW-Authenticate, X-Logout, X-Next-Cursor, X-Reauth, X-Request-ID, \
    X-Session-Id, X-Total-Count
    """

  /// - origins: none leaves every answer without a word about origins.
  package init(allowing origins: [WebOrigin]) {
    var others = Fields()
    others.append(.vary, "origin")
    self.others = others
    self.origins = origins.map { origin in
      var fields = others
      fields.append("access-control-allow-origin", "\(origin)")
      fields.append("access-control-allow-credentials", "true")
      fields.append("access-control-expose-headers", Self.answerFields)
      return (Array(origin.description.utf8), fields)
    }
  }

  /// The answer to a browser that asks whether it may send a request; nil for a request of any other kind.
  func preflight(_ request: Request) -> Response? {
    guard !origins.isEmpty, request.method == .options, request.fields.contains("access-control-request-method") else {
      return nil
    }
    guard allowance(for: request) != nil else {
      return Problem(.forbidden, "Pages of this origin may not call us").response(instance: request.id)
    }
    return Response(.noContent)
      .with("access-control-allow-methods", Self.methods)
      .with("access-control-allow-headers", Self.requestFields)
      .with("access-control-max-age", String(Self.maxAgeSeconds))
  }

  /// What `fields` takes at most, in bytes.
  var size: Int { origins.map(\.fields.bytes.count).max() ?? 0 }

  /// What an answer says about origins; nil where none is named.
  func fields(for request: Request) -> Fields? {
    origins.isEmpty ? nil : allowance(for: request) ?? others
  }

  private func allowance(for request: Request) -> Fields? {
    guard let sent = request.field(.origin) else { return nil }
    return origins.first { $0.name[...] == sent }?.fields
  }
}

extension Fields {
  /// Takes out what another server has said about origins: whoever sends the answer on says it anew.
  package mutating func removeCrossOrigin() {
    removeAll { name in name.count > 15 && name.extracting(0..<15).equalsIgnoringCase("access-control-") }
    guard listContains(.vary, "origin") else { return }
    let others = (combined(.vary) ?? "").split(separator: ",").map { $0.filter { $0 != " " } }
      .filter { $0.lowercased() != "origin" }
    remove(.vary)
    if !others.isEmpty { append(.vary, others.joined(separator: ", ")) }
  }
}
