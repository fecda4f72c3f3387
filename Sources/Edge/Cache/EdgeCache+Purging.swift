internal import HTTP
internal import Loop
internal import Publication
internal import Redis

/// What makes kept answers go before their time.
extension EdgeCache {
  /// Of the stream on which the origin tells what its writes have outdated.
  func hear(_ event: StreamFollower.Event) {
    switch event {
    case .entry(let entry, _): purge(PurgeNotice(entry.first(PurgeNotice.field) ?? []).tags)
    case .missed: coverage.startAfresh(at: loop.now)
    case .upToDate: coverage.catchUp(at: loop.now)
    case .away: coverage.lose()
    }
  }

  private func purge(_ tags: [String]) {
    for tag in tags { store.remove(tagged: tag) }
    flights.outdate(tags)
  }

  /// A request that may change something: when it succeeds, what is kept under its own URL is outdated, and under
  /// those that its answer names. Source: RFC 9111 §4.4.
  func change(_ request: Request, _ content: any BodySource) async -> Response {
    let response = await upstream.forward(request, content, CacheStatus(.method))
    guard !request.method.isSafe, !response.status.isError else { return response }
    invalidate(keys.key(of: request))
    for name: FieldName in [.location, .contentLocation] {
      if let target = response.fields.first(name).flatMap({ target($0, on: request.host) }) {
        invalidate(keys.key(of: Request(.get, target)))
      }
    }
    return response
  }

  private func invalidate(_ url: CacheKey?) {
    guard let url else { return }
    store.remove(url)
    flights.outdate(url)
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
