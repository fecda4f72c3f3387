internal import HTTP
internal import Signing

/// The fields of an upload that are kept with the object and sent with it.
enum StoredFields {
  private static let kept: [FieldName] = [
    .contentType, .cacheControl, .contentDisposition, "content-language", .expires,
  ]
  /// `x-amz-*` fields that say nothing about how an object is kept, or that are read elsewhere.
  private static let known: Set<String> = [
    "x-amz-date", "x-amz-content-sha256", "x-amz-security-token", "x-amz-decoded-content-length", "x-amz-trailer",
    "x-amz-sdk-checksum-algorithm", "x-amz-user-agent", "x-amz-mp-object-size", "x-amz-expected-bucket-owner",
  ]
  /// Bytes of all `x-amz-meta-*` names and values together, as S3 limits them.
  private static let largestMetadata = 2_048

  static func read(_ fields: Fields) throws(S3Error) -> [RecordText.Field] {
    try refuseUnknown(fields)
    var stored = kept.compactMap { name in fields.first(name).map { RecordText.Field(name.description, $0) } }
    // `aws-chunked` says how the request was sent, not what the object is.
    let encodings = (fields.combined(.contentEncoding) ?? "").split(separator: ",")
      .map { $0.drop { $0 == " " } }.filter { $0 != "aws-chunked" && !$0.isEmpty }
    if !encodings.isEmpty {
      stored.append(.init(FieldName.contentEncoding.description, encodings.joined(separator: ", ")))
    }
    var metadata: [RecordText.Field] = []
    fields.forEach { name, value in
      let name = name.text.lowercased()
      if name.hasPrefix("x-amz-meta-") { metadata.append(.init(name, value.text)) }
    }
    guard metadata.reduce(0, { $0 + $1.name.utf8.count - 11 + $1.value.utf8.count }) <= largestMetadata else {
      throw S3Error(.badRequest, "MetadataTooLarge", "Your metadata headers exceed the maximum allowed metadata size.")
    }
    return stored + metadata
  }

  /// Encryption, tags, locks, copies: to answer 200 without doing it would be a lie.
  private static func refuseUnknown(_ fields: Fields) throws(S3Error) {
    var refused: String?
    fields.forEach { name, value in
      let name = name.text.lowercased()
      let isPlain =
        name == "x-amz-storage-class" && value.text == "STANDARD"
        || name == "x-amz-acl" && value.text == "private"
      guard name.hasPrefix("x-amz-"), !name.hasPrefix("x-amz-meta-"), !name.hasPrefix("x-amz-checksum-"),
        !known.contains(name), !isPlain
      else { return }
      refused = name
    }
    if let refused { throw .notImplemented("The field \(refused)") }
  }
}

extension ContentClaims {
  /// 5 GiB, S3's limit of one PUT or part.
  static let largestPut: Int64 = 5 << 30

  init(_ request: Request, _ form: PayloadForm) throws(S3Error) {
    self.init()
    switch form {
    case .plain(let hash):
      sha256 = hash
      if case .length(let count) = request.framing { length = Int64(count) }
      // A body of none is sent without any framing.
      if request.framing == .none { length = 0 }
    case .chunked:
      length = request.fields.first("x-amz-decoded-content-length").flatMap { Int64($0) }
    }
    guard let length, length >= 0 else { throw .missingLength }
    guard length <= Self.largestPut else { throw .entityTooLarge }
    md5 = try Self.md5(request.fields)
    checksum = try Self.checksum(request.fields)
  }

  private static func md5(_ fields: Fields) throws(S3Error) -> [UInt8]? {
    guard let text = fields.first("content-md5") else { return nil }
    guard let hash = Base64.standard.decode(text), hash.count == 16 else {
      throw S3Error(.badRequest, "InvalidDigest", "The Content-MD5 you specified is not valid.")
    }
    return hash
  }

  private static func checksum(
    _ fields: Fields
  ) throws(S3Error) -> (algorithm: ChecksumAlgorithm, value: String?)? {
    var found: [(algorithm: ChecksumAlgorithm, value: String?)] = []
    for algorithm in ChecksumAlgorithm.allCases {
      if let name = FieldName(token: algorithm.fieldName), let value = fields.first(name) {
        found.append((algorithm, value))
      }
    }
    if let trailer = fields.first("x-amz-trailer"),
      let algorithm = ChecksumAlgorithm(fieldName: trailer.lowercased())
    {
      found.append((algorithm, nil))
    }
    guard found.count <= 1 else { throw .invalidRequest("Expecting a single x-amz-checksum- header.") }
    return found.first
  }
}
