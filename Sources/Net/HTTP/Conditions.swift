/// What identifies a version of a representation. Source: RFC 9110 §8.8.
package struct Validators: Sendable {
  package var etag: ETag?
  package var lastModified: HTTPDate?

  package init(etag: ETag? = nil, lastModified: HTTPDate? = nil) {
    self.etag = etag
    self.lastModified = lastModified
  }
}

/// Conditional requests, decided in the order of RFC 9110 §13.2.2. A condition that cannot be read never matches, and
/// is never an error of its own.
package enum Conditions {
  package enum Outcome: Hashable, Sendable { case proceed, notModified, preconditionFailed }

  /// - current: nil when there is no current representation.
  package static func evaluate(_ request: Request, against current: Validators?) -> Outcome {
    let isRead = request.method == .get || request.method == .head
    if let list = request.field(.ifMatch) {
      guard matches(list, in: request, .ifMatch, current, { $0.isSame(as: $1) }) else { return .preconditionFailed }
    } else if let limit = request.field(.ifUnmodifiedSince).flatMap({ HTTPDate($0) }) {
      guard let modified = current?.lastModified, modified <= limit else { return .preconditionFailed }
    }
    if let list = request.field(.ifNoneMatch) {
      if matches(list, in: request, .ifNoneMatch, current, { $0.isLike($1) }) {
        return isRead ? .notModified : .preconditionFailed
      }
    } else if isRead, let since = request.field(.ifModifiedSince).flatMap({ HTTPDate($0) }),
      let modified = current?.lastModified, modified <= since
    {
      return .notModified
    }
    return .proceed
  }

  /// Whether Range may be honoured: no If-Range, or one that names this very version. Source: RFC 9110 §13.1.5.
  package static func allowRange(_ request: Request, of current: Validators) -> Bool {
    guard let value = request.field(.ifRange) else { return true }
    if let date = HTTPDate(value) { return current.lastModified == date }
    guard let tag = ETag(parsing: value), let etag = current.etag else { return false }
    return etag.isSame(as: tag)
  }

  private static func matches(
    _ list: ArraySlice<UInt8>, in request: Request, _ name: FieldName, _ current: Validators?,
    _ isEqual: (ETag, ETag) -> Bool
  ) -> Bool {
    guard let current else { return false }
    if list.span.equals("*") { return true }
    guard let etag = current.etag else { return false }
    // The usual case: the client sends back our one tag as it is.
    if !etag.isWeak, list.span.equals(etag.bytes.span) { return true }
    if ETagList(list).contains(where: { isEqual(etag, $0) }) { return true }
    guard request.fields.count(of: name) > 1 else { return false }
    return request.fields.all(name).contains { ETagList(Array($0.utf8)[...]).contains { isEqual(etag, $0) } }
  }
}
