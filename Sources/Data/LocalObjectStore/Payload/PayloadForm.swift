internal import Signing

/// How a body is sent, as `x-amz-content-sha256` states it.
enum PayloadForm: Equatable, Sendable {
  /// As it is; checked by its hash when there is one.
  case plain(sha256: [UInt8]?)
  /// aws-chunked: each chunk with a signature or none, and perhaps with trailing fields.
  case chunked(isSigned: Bool, hasTrailer: Bool)

  /// Nil for a form that we do not know, SigV4A's among them.
  init?(_ stated: String) {
    switch stated {
    case "UNSIGNED-PAYLOAD": self = .plain(sha256: nil)
    case "STREAMING-AWS4-HMAC-SHA256-PAYLOAD": self = .chunked(isSigned: true, hasTrailer: false)
    case "STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER": self = .chunked(isSigned: true, hasTrailer: true)
    case "STREAMING-UNSIGNED-PAYLOAD-TRAILER": self = .chunked(isSigned: false, hasTrailer: true)
    default:
      guard let hash = Hex.decode(stated), hash.count == 32 else { return nil }
      self = .plain(sha256: hash)
    }
  }
}
