internal import HTTP

/// What is too large for memory.
extension EdgeCache {
  /// Nil where there is no disk, or no room there for so much.
  func file(for answer: StoredAnswer, length: Int) -> DiskFill? {
    guard let disk = store.disk, answer.status == .ok, length <= disk.largest else { return nil }
    return DiskFill(length: length, answer.key, into: store, disk)
  }
}
