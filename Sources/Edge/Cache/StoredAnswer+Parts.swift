internal import HTTP

/// The same answer with another content.
extension StoredAnswer {
  func with(_ content: StoredContent, _ part: ContentPart? = nil) -> StoredAnswer {
    StoredAnswer(
      key, variation, status, origin: origin, fields: clientFields, content, part: part, freshness, askedAt: askedAt)
  }

  /// A part of what would be a whole answer. Source: RFC 9111 §3.3.
  func keeping(_ part: ContentPart, _ bytes: [UInt8]) -> StoredAnswer {
    var (origin, fields) = (origin, clientFields)
    for name: FieldName in [.contentRange, .contentLength] {
      origin.remove(name)
      fields.remove(name)
    }
    return StoredAnswer(
      key, variation, .ok, origin: origin, fields: fields, StoredContent(bytes), part: part.isWhole ? nil : part,
      freshness, askedAt: askedAt)
  }

  /// With what was kept before, when a strong tag says that both are of one version, and they touch. The newer fields
  /// count. Source: RFC 9111 §3.4.
  func joined(with kept: StoredAnswer, atMost limit: Int) -> StoredAnswer? {
    guard let tag = etag, let other = kept.etag, tag.isSame(as: other), let part, let keptPart = kept.part,
      case .bytes(let bytes) = content.body, case .bytes(let keptBytes) = kept.content.body,
      let joined = ContentPart.joined((keptPart, keptBytes), (part, bytes)), joined.bytes.count <= limit
    else { return nil }
    return keeping(joined.part, joined.bytes)
  }

  /// Whether the head is of this very answer. Source: RFC 9111 §4.3.5.
  func isDescribed(by head: Fields) -> Bool {
    if let tag = head.bytes(.etag), tag != origin.bytes(.etag) { return false }
    if let date = head.bytes(.lastModified), date != origin.bytes(.lastModified) { return false }
    guard let length = head.first(.contentLength) else { return true }
    return Int(length) == (part?.total ?? content.count)
  }
}
