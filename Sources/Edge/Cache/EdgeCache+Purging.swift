internal import HTTP
internal import Loop
internal import Publication
internal import Redis

/// What makes kept answers go before their time.
extension EdgeCache {
  /// Of the stream on which the origin tells what its writes have outdated.
  func hear(_ event: StreamFollower.Event) {
    switch event {
    case .entry(let entry, _): obey(PurgeNotice(entry.fields), StreamID(entry.id))
    case .missed: store.purgeAfterLoss(at: loop.exactNow)
    case .upToDate, .stillUpToDate: coverage.catchUp(at: loop.exactNow)
    case .away: coverage.lose()
    }
  }

  private func obey(_ notice: PurgeNotice, _ entry: StreamID?) {
    let subjects = notice.subjects.compactMap { subject -> PurgeSubject? in
      switch subject {
      case .tag(let tag): .tag(tag)
      case .url(let url): keys.key(of: Request(naming: url)).map { .url($0) }
      case .everything: .everything
      }
    }
    store.purge(subjects, softly: notice.isSoft, entry: entry, at: loop.exactNow)
  }

  /// A request that may change something: when it succeeds, what is kept under its own URL is outdated, and under
  /// those that its answer names. Source: RFC 9111 §4.4.
  func change(_ request: Request, _ content: any BodySource) async -> Response {
    let response = await upstream.forward(request, content, CacheStatus(.method))
    guard !request.method.isSafe, !response.status.isError else { return response }
    invalidate(keys.key(of: request))
    for name: FieldName in [.location, .contentLocation] {
      if let target = response.fields.first(name).flatMap({ target($0, on: request.host) }) {
        invalidate(keys.key(of: Request(.get, target, fields: request.host.map { [(.host, $0)] } ?? [])))
      }
    }
    return response
  }

  private func invalidate(_ url: CacheKey?) {
    guard let url else { return }
    store.purge([.url(url)], at: loop.exactNow)
  }

  /// Path and query of a reference to our own host; nil for another's.
  private func target(_ reference: String, on host: String?) -> String? {
    if reference.hasPrefix("/"), !reference.hasPrefix("//") { return reference }
    for scheme in ["http://", "https://"] {
      if let host, reference.hasPrefix("\(scheme)\(host)/") {
        return String(reference.dropFirst(scheme.count + host.count))
      }
    }
    return nil
  }
}

extension Request {
  /// What a client would send for a URL, or for path and query alone.
  fileprivate convenience init(naming url: String) {
    guard let scheme = ["http://", "https://"].first(where: { url.hasPrefix($0) }) else {
      self.init(.get, url)
      return
    }
    let rest = url.dropFirst(scheme.count)
    let host = rest.prefix { $0 != "/" }
    let target = rest.dropFirst(host.count)
    self.init(.get, target.isEmpty ? "/" : String(target), fields: [(.host, String(host))])
  }
}
