internal import Signing

/// What a body must turn out to be, as its request's head states.
struct ContentClaims: Equatable, Sendable {
  /// In bytes, decoded; nil when only the end will tell.
  var length: Int64?
  var sha256: [UInt8]?
  var md5: [UInt8]?
  /// By field or, when the value is nil, by a trailing field.
  var checksum: (algorithm: ChecksumAlgorithm, value: String?)?

  static func == (left: ContentClaims, right: ContentClaims) -> Bool {
    left.length == right.length && left.sha256 == right.sha256 && left.md5 == right.md5
      && left.checksum?.algorithm == right.checksum?.algorithm && left.checksum?.value == right.checksum?.value
  }
}

/// Everything that is computed over a body while it is written.
struct ContentDigests: Sendable {
  private(set) var size: Int64 = 0
  private var md5 = MD5()
  private var sha256: SHA256?
  private var checksum: RunningChecksum?
  private let claims: ContentClaims

  init(_ claims: ContentClaims) {
    self.claims = claims
    sha256 = claims.sha256 == nil ? nil : SHA256()
    checksum = claims.checksum.map { RunningChecksum($0.algorithm) }
  }

  mutating func update(_ bytes: [UInt8]) throws(PayloadError) {
    size += Int64(bytes.count)
    if let length = claims.length, size > length { throw .length }
    md5.update(bytes.span)
    sha256?.update(bytes.span)
    checksum?.update(bytes)
  }

  /// Compares with every claim. The content's ETag and checksum are what was computed, never what was claimed.
  func finish(
    trailer: [RecordText.Field], version: String, atMs modifiedMs: Int64
  ) throws(PayloadError) -> StoredContent {
    if let length = claims.length, size != length { throw .length }
    var digests = self
    if let claimed = claims.sha256, digests.sha256?.finish().bytes != claimed { throw .sha256 }
    let md5 = digests.md5.finish()
    if let claimed = claims.md5, md5.bytes != claimed { throw .md5 }
    return StoredContent(
      version: version, size: size, etag: md5.hex, modifiedMs: modifiedMs, checksum: try checkedChecksum(trailer))
  }

  private func checkedChecksum(_ trailer: [RecordText.Field]) throws(PayloadError) -> StoredChecksum? {
    guard let claim = claims.checksum, let checksum else { return nil }
    let trailing = trailer.first { $0.name == claim.algorithm.fieldName }?.value
    guard let claimed = claim.value ?? trailing else { throw .missingTrailer }
    guard checksum.base64 == claimed else { throw .checksum }
    return StoredChecksum(algorithm: claim.algorithm, text: claimed)
  }
}
