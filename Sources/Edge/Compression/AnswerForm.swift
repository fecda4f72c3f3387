internal import HTTP

/// An answer in one coding, ready to be sent: its fields are rendered, those of a 304 too. A class, so that a hit takes
/// hold of the whole at once.
final class AnswerForm: Sendable {
  let fields: Fields
  let notModifiedFields: Fields
  let validators: Validators
  let content: StoredContent

  /// As the origin sent it.
  /// - Parameter isCodable: others may get it in another coding.
  convenience init(_ fields: Fields, _ content: StoredContent, isCodable: Bool) {
    var fields = fields
    if isCodable, !fields.listContains(.vary, "accept-encoding") {
      let others = fields.combined(.vary).map { "\($0), " } ?? ""
      fields.set(.vary, "\(others)Accept-Encoding")
    }
    self.init(rendered: fields, content)
  }

  /// The same, coded: another representation, with a tag of its own. Source: RFC 9110 §8.8.3.
  func coded(_ coding: ContentCoding, _ bytes: [UInt8]) -> AnswerForm {
    var fields = fields
    fields.set(.contentEncoding, coding.rawValue)
    if let etag = validators.etag { fields.set(.etag, etag.naming(coding).description) }
    return AnswerForm(rendered: fields, StoredContent(coded: bytes))
  }

  private init(rendered fields: Fields, _ content: StoredContent) {
    self.fields = fields
    self.content = content
    notModifiedFields = fields.forNotModified
    validators = Validators(
      etag: fields.bytes(.etag).flatMap { ETag(parsing: $0) },
      lastModified: fields.bytes(.lastModified).flatMap { HTTPDate($0) })
  }
}

extension ETag {
  /// `"x"` is `"x;br"`.
  func naming(_ coding: ContentCoding) -> ETag {
    ETag(parsing: bytes.dropLast() + Array(";\(coding.rawValue)\"".utf8)) ?? self
  }
}

extension Fields {
  /// The tags of If-Match as the origin knows them: a client that has a coded form may write on that condition.
  mutating func removeCodings(from name: FieldName) {
    guard var list = combined(name) else { return }
    for coding in ContentCoding.allCases {
      let parts = list.split(separator: ";\(coding.rawValue)\"", omittingEmptySubsequences: false)
      list = parts.joined(separator: "\"")
    }
    set(name, list)
  }
}
