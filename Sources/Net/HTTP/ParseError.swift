/// Why a message from the wire was refused. After any of these the connection closes, because where the next message
/// would start is no longer known.
package enum ParseError: Error, Hashable, Sendable {
  case badLineEnd
  case badStartLine
  case badTarget
  case badField
  case badHost
  /// The length of the content is stated wrongly, twice, or in two ways.
  case badFraming
  case badChunk
  case targetTooLong
  case headTooLarge
  case unsupportedVersion
  case unsupportedCoding
  case unsupportedMethod
  case unknownExpectation

  package var status: Status {
    switch self {
    case .badLineEnd, .badStartLine, .badTarget, .badField, .badHost, .badFraming, .badChunk: .badRequest
    case .targetTooLong: .uriTooLong
    case .headTooLarge: .headTooLarge
    case .unsupportedVersion: .versionNotSupported
    case .unsupportedCoding, .unsupportedMethod: .notImplemented
    case .unknownExpectation: .expectationFailed
    }
  }
}
