internal import COpenSSL

/// What OpenSSL or its configuration refused.
package enum TLSError: Error, Equatable, CustomStringConvertible {
  /// A file that could not be used, and why.
  case file(path: String, reason: String)
  case handshake(reason: String)
  case record(reason: String)
  /// A client has sent a request where it should have begun a handshake.
  case plainHTTP

  package var description: String {
    switch self {
    case .file(let path, let reason): "\(path): \(reason)"
    case .handshake(let reason): "TLS handshake failed: \(reason)"
    case .record(let reason): "TLS record refused: \(reason)"
    case .plainHTTP: "plain HTTP where TLS is spoken"
    }
  }
}

/// The newest entry of this thread's OpenSSL error queue, which is emptied.
func lastReason() -> String {
  let code = ERR_peek_last_error()
  ERR_clear_error()
  guard code != 0, let text = unsafe ERR_reason_error_string(code) else { return "unknown reason" }
  return unsafe String(cString: text)
}
