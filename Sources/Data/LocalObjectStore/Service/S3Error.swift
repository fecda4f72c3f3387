internal import HTTP
internal import Signing
internal import XML

/// An error as S3 answers it. Source: Amazon S3 API Reference, "Error responses".
struct S3Error: Error {
  let status: Status
  let code: String
  let message: String

  init(_ status: Status, _ code: String, _ message: String) {
    self.status = status
    self.code = code
    self.message = message
  }

  static let noSuchKey = S3Error(.notFound, "NoSuchKey", "The specified key does not exist.")
  static let noSuchBucket = S3Error(.notFound, "NoSuchBucket", "The specified bucket does not exist.")
  static let noSuchUpload = S3Error(
    .notFound, "NoSuchUpload", "The specified upload does not exist. It may have been aborted or completed.")
  static let invalidBucketName = S3Error(.badRequest, "InvalidBucketName", "The specified bucket is not valid.")
  static let keyTooLong = S3Error(.badRequest, "KeyTooLongError", "Your key is too long.")
  static let invalidURI = S3Error(.badRequest, "InvalidURI", "Couldn't parse the specified URI.")
  static let bucketNotEmpty = S3Error(.conflict, "BucketNotEmpty", "The bucket you tried to delete is not empty.")
  static let bucketOwned = S3Error(
    .conflict, "BucketAlreadyOwnedByYou", "Your previous request to create the named bucket succeeded.")
  static let methodNotAllowed = S3Error(
    .methodNotAllowed, "MethodNotAllowed", "The specified method is not allowed against this resource.")
  static let missingLength = S3Error(
    .lengthRequired, "MissingContentLength", "You must provide the Content-Length HTTP header.")
  static let entityTooLarge = S3Error(
    .badRequest, "EntityTooLarge", "Your proposed upload exceeds the maximum allowed object size.")
  static let entityTooSmall = S3Error(
    .badRequest, "EntityTooSmall", "Your proposed upload is smaller than the minimum allowed size.")
  static let malformedXML = S3Error(.badRequest, "MalformedXML", "The XML you provided was not well-formed.")
  static let invalidPart = S3Error(
    .badRequest, "InvalidPart", "One or more of the specified parts could not be found, or its tag does not match.")
  static let invalidPartOrder = S3Error(
    .badRequest, "InvalidPartOrder", "The list of parts was not in ascending order.")
  static let preconditionFailed = S3Error(
    .preconditionFailed, "PreconditionFailed", "At least one of the pre-conditions you specified did not hold.")
  static let invalidRange = S3Error(
    .rangeNotSatisfiable, "InvalidRange", "The requested range is not satisfiable.")
  static let badDigest = S3Error(
    .badRequest, "BadDigest", "The Content-MD5 or checksum you specified did not match what we received.")

  static func invalidArgument(_ message: String) -> S3Error { S3Error(.badRequest, "InvalidArgument", message) }

  static func invalidRequest(_ message: String) -> S3Error { S3Error(.badRequest, "InvalidRequest", message) }

  /// `what` is a query item or a field that would change what the request means, and that we do not know.
  static func notImplemented(_ what: String) -> S3Error {
    S3Error(.notImplemented, "NotImplemented", "\(what) implies functionality that is not implemented.")
  }

  func response(to request: Request) -> Response {
    let document = XMLWriter.error { error in
      error.element("Code", code)
      error.element("Message", message)
      error.element("Resource", request.path.text)
      error.element("RequestId", request.id.description)
    }
    return Response(status, contentType: "application/xml", document)
  }
}

extension S3Error {
  /// Any error of this module as the client may see it; nothing of our paths goes out.
  init(_ error: any Error) {
    switch error {
    case let error as S3Error: self = error
    case let error as SigV4Refusal: self.init(error)
    case let error as PayloadError: self.init(error)
    case let error as Problem: self.init(error.status, "InvalidRequest", "The request's body could not be read.")
    case let error as FileError where error.isDiskFull:
      self.init(.insufficientStorage, "InsufficientStorage", "There is no room for this object.")
    default: self.init(.internalServerError, "InternalError", "We encountered an internal error. Please try again.")
    }
  }

  private init(_ refusal: SigV4Refusal) {
    let isMalformed =
      switch refusal {
      case .malformed, .wrongScope, .lifetimeTooLong, .wrongToken: true
      default: false
      }
    // S3 answers 400 to what is no signature at all. To a lifetime beyond the limit it is the contract that says 403.
    let status = isMalformed && refusal != .lifetimeTooLong ? Status.badRequest : .forbidden
    self.init(status, refusal.code, refusal.message)
  }

  private init(_ error: PayloadError) {
    switch error {
    case .malformedChunk: self = .invalidRequest("The aws-chunked body is malformed.")
    case .chunkSignature:
      self.init(.forbidden, "SignatureDoesNotMatch", "A chunk's signature does not match.")
    case .length:
      self.init(.badRequest, "IncompleteBody", "The body's length is not the one that was announced.")
    case .sha256:
      self.init(
        .badRequest, "XAmzContentSHA256Mismatch", "The provided 'x-amz-content-sha256' does not match the content.")
    case .md5, .checksum: self = .badDigest
    case .missingTrailer: self = .invalidRequest("The announced trailing checksum did not come.")
    }
  }
}
