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
      case .prefix(let prefix): .prefix(URLPrefix(Request(naming: prefix)))
      case .everything: .everything
      }
    }
    store.purge(subjects, softly: notice.isSoft, entry: entry, at: loop.exactNow)
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
