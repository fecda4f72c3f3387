internal import HTTP
internal import HTTPClient
internal import HTTPServer
internal import Loop

/// Requests that may change something.
extension EdgeCache {
  /// When one succeeds, what is kept under its own URL is outdated, and under those that its answer names.
  /// Source: RFC 9111 §4.4.
  func change(_ request: Request, _ content: any BodySource) async -> Response {
    let askedAt = loop.exactNow
    let response = await upstream.forward(request, content, CacheStatus(.method))
    guard !request.method.isSafe, !response.status.isError else { return response }
    let own = keys.key(of: request)
    invalidate(own)
    var isOwnNew = false
    for name: FieldName in [.location, .contentLocation] {
      guard let target = response.fields.first(name).flatMap({ sameOriginTarget($0, for: request) }) else { continue }
      let named = keys.key(of: Request(.get, target, fields: request.host.map { [(.host, $0)] } ?? []))
      if named == own, name == .contentLocation { isOwnNew = true } else { invalidate(named) }
    }
    guard isOwnNew, request.method == .post, let own else { return response }
    return await keepingAnswer(response, to: request, under: own, askedAt)
  }

  private func invalidate(_ url: CacheKey?) {
    guard let url else { return }
    store.purge([.url(url)], at: loop.exactNow)
  }

  /// A POST's answer that says that it is what a GET there would get, and for how long. Source: RFC 9110 §9.3.3.
  private func keepingAnswer(
    _ response: Response, to request: Request, under url: CacheKey, _ askedAt: Instant
  ) async -> Response {
    let selection = Variation.Selection(fields: request.fields, country: upstream.audience(request))
    var question = Question(url: url, key: url, reason: .method, selection: selection)
    question.wasAuthorized = request.fields.contains(.authorization)
    var fields = response.fields
    let age = Freshness.age(of: fields, at: upstream.date, delay: max(.zero, loop.now - askedAt))
    for name: FieldName in [.age, .cacheStatus] { fields.remove(name) }
    guard !upstream.bond.isOwn, response.status == .ok, let length = response.body.length, length > 0,
      length <= limits.answer, let terms = terms(of: response.status, fields, question), terms.lifetime > .zero,
      Variation(fields)?.isNone == true, !fields.contains(.contentEncoding)
    else { return response }
    guard let bytes = await response.body.whole() else {
      return Problem(.badGateway, "The origin broke off").response(instance: request.id)
    }
    let now = loop.exactNow
    store.insert(
      StoredAnswer(
        url, .none, response.status, origin: fields, fields: fields, StoredContent(bytes),
        Freshness(terms, age: age, received: now), askedAt: now))
    var whole = response
    whole.body = .bytes(bytes)
    return whole
  }

  /// Path and query of a reference to our own host; nil for another's. Source: RFC 3986 §5.2.
  private func sameOriginTarget(_ reference: String, for request: Request) -> String? {
    let reference = reference.prefix { $0 != "#" }
    if reference.hasPrefix("/"), !reference.hasPrefix("//") { return String(reference) }
    for (scheme, port) in [("http://", ":80"), ("https://", ":443"), ("//", request.isSecure ? ":443" : ":80")]
    where reference.lowercased().hasPrefix(scheme) {
      let rest = reference.dropFirst(scheme.count)
      let host = rest.prefix { $0 != "/" && $0 != "?" }
      guard let own = request.host?.lowercased(), [own, own + port].contains(host.lowercased()) else { return nil }
      let target = rest.dropFirst(host.count)
      return target.hasPrefix("/") ? String(target) : "/" + target
    }
    guard !reference.prefix(while: { $0 != "/" && $0 != "?" }).contains(":") else { return nil }
    let path = request.path.text
    if reference.isEmpty { return request.target.text }
    if reference.hasPrefix("?") { return path + reference }
    let folder = path.lastIndex(of: "/").map { path[...$0] } ?? "/"
    // Dots would have to be resolved as the origin does it: what they name is left to its own lifetime.
    return reference.split(separator: "/").contains { $0 == "." || $0 == ".." } ? nil : String(folder + reference)
  }
}

extension Body {
  /// Nil when it breaks off.
  fileprivate func whole() async -> [UInt8]? {
    switch self {
    case .bytes(let bytes): return bytes
    case .stream(let source, let length?):
      let bytes = try? await source.collect(limit: length)
      return bytes?.count == length ? bytes : nil
    case .none, .omitted, .stream(_, nil): return nil
    }
  }
}
