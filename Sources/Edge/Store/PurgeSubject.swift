internal import HTTP

/// What one purge is about.
enum PurgeSubject: Hashable {
  case tag(String)
  case url(CacheKey)
  case prefix(URLPrefix)
  case everything
}

/// All URLs whose path and query begin so, of one host or of all.
struct URLPrefix: Hashable {
  private let target: [UInt8]
  private let host: [UInt8]?

  init(_ request: Request) {
    target = request.target
    host = request.fields.bytes(.host).map { $0.map(\.loweredASCII) }
  }

  func covers(_ key: CacheKey) -> Bool {
    guard key.bytes.starts(with: target) else { return false }
    // Before our own origin a key has no host: all lead to the same.
    guard let host, let keyHost = key.host else { return true }
    return keyHost == host[...]
  }
}
