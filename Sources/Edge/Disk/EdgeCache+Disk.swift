internal import HTTP
internal import HTTPClient

/// What is too large for memory.
extension EdgeCache {
  /// The content as it goes to the one who asked, kept on disk on its way where there is one.
  func keeping(
    _ source: any BodySource, _ answer: ClientResponse, _ status: Status, under key: CacheKey,
    _ stored: @escaping (StoredContent) -> StoredAnswer
  ) -> any BodySource {
    guard let disk = store.disk, let length = answer.length, status == .ok, length > 0, length <= disk.largest else {
      return source
    }
    return DiskFill(source, length: length, key, into: store, disk) { [self] content in
      // Only memory had no room for it.
      uncacheable.remove(key.url)
      return stored(content)
    }
  }
}
