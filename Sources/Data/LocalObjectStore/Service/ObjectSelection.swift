internal import HTTP

/// What of an object a GET is answered with, by its conditions and its range.
enum ObjectSelection: Equatable {
  case whole
  case range(ByteRange)
  case notModified

  init(_ request: Request, _ content: StoredContent) throws(S3Error) {
    switch Conditions.evaluate(request, against: content.validators) {
    case .preconditionFailed: throw .preconditionFailed
    case .notModified: self = .notModified
    case .proceed:
      switch RangeSelection(request, length: Int(content.size), validators: content.validators) {
      case .unsatisfiable: throw .invalidRange
      case .partial(let ranges) where ranges.count == 1: self = .range(ranges[0])
      // Like S3, no multipart/byteranges: the whole object is a lawful answer.
      case .whole, .partial: self = .whole
      }
    }
  }
}

extension StoredContent {
  var validators: Validators {
    Validators(etag: ETag(etag), lastModified: HTTPDate(secondsSinceEpoch: Int(modifiedMs / 1_000)))
  }
}
