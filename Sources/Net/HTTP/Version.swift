/// The version of a message that we speak; any later 1.x counts as 1.1. Source: RFC 9110 §2.5.
package enum Version: Sendable {
  case http10, http11, http2

  /// As OpenTelemetry's `network.protocol.version` has it.
  package var number: String {
    switch self {
    case .http10: "1.0"
    case .http11: "1.1"
    case .http2: "2"
    }
  }
}
