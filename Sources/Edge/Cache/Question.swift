internal import HTTP
internal import HTTPClient

/// What has to go to the origin, and what for.
struct Question {
  let url: CacheKey
  /// Of the variant that is wanted, as far as variants are known.
  let key: CacheKey
  /// May be given if the origin fails, and validated, or completed, if it does not.
  var stale: StoredAnswer?
  /// Of other variants, when there is none of this one: the origin may choose one of them.
  var others: [StoredAnswer] = []
  let reason: CacheStatus.Reason
  /// Of the caller: what variants are selected by.
  let selection: Variation.Selection
  /// It has credentials.
  var wasAuthorized = false
  /// The request is the cache's own: with its conditions, and for all.
  var isValidation = true

  /// The content is still lacking: what the answer says to be current is not here, or no longer; or it cannot be joined
  /// to the part that is kept, since it is of another version, or of none that is named. Source: RFC 9111 §3.4, §4.3.3.
  func isLeftOpen(by answer: ClientResponse) -> Bool {
    if isValidation, answer.status == .notModified {
      return validated(by: answer.fields).map { $0.content.file?.isDiscarded ?? false } ?? true
    }
    guard isValidation, let stale, let kept = stale.part, kept.missing != nil else { return false }
    if answer.status == .rangeNotSatisfiable { return true }
    guard answer.status == .partialContent else { return false }
    guard let tag = answer.fields.bytes(.etag).flatMap({ ETag(parsing: $0) }), stale.etag?.isSame(as: tag) == true,
      let part = ContentPart(answer.fields), part.total == kept.total
    else { return true }
    return part.first > kept.end || kept.first > part.end || part.count + kept.count < part.total
  }

  /// What a 304 is about: the kept answer, or of several the one whose tag it names. Source: RFC 9111 §4.3.3, §4.3.4.
  func validated(by notModified: Fields) -> StoredAnswer? {
    guard isValidation else { return nil }
    let tag = notModified.bytes(.etag).flatMap { ETag(parsing: $0) }
    if let stale {
      // One strong tag for another: it is not about what we have.
      if let tag, !tag.isWeak, let kept = stale.etag, !kept.isLike(tag) { return nil }
      return stale
    }
    return tag.flatMap { tag in others.first { $0.etag?.isLike(tag) ?? false } }
  }
}
