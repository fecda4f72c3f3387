package import HTTP

/// Why there is no response, or not all of it.
package enum HTTPClientError: Error, Equatable {
  /// No connection: refused, unresolved, or a certificate that does not verify.
  case unreachable(reason: String)
  /// All connections are busy and as many requests wait as the settings allow.
  case overloaded
  case timedOut(wasSent: Bool)
  /// The connection ended before the response did.
  case connectionLost(reason: String)
  case malformed(ParseError)
  /// A 304 to a request without a condition. Source: RFC 9110 §15.4.5.
  case unasked
  /// The source of the request's content failed, or did not keep to its stated length.
  case contentFailed
  /// The response's content is more than `collect` allows.
  case tooLarge(limit: Int)

  package enum Fault: Equatable, Sendable { case ours, network, server }

  package var fault: Fault {
    switch self {
    case .overloaded, .contentFailed: .ours
    case .unreachable, .timedOut, .connectionLost: .network
    case .malformed, .unasked, .tooLarge: .server
    }
  }
}

extension HTTPClientError: CustomStringConvertible {
  package var description: String {
    switch self {
    case .unreachable(let reason): "no connection: \(reason)"
    case .overloaded: "too many requests wait"
    case .timedOut(let wasSent): wasSent ? "no answer in time" : "no connection in time"
    case .connectionLost(let reason): "the connection was lost: \(reason)"
    case .malformed(let error): "the answer is not HTTP: \(error)"
    case .unasked: "the answer is to a condition that was not sent"
    case .contentFailed: "the request's content failed"
    case .tooLarge(let limit): "the answer has more than \(limit) bytes"
    }
  }
}

/// The limits of a client. Every loop has its own.
package struct HTTPClientSettings: Sendable {
  /// Open connections to one server.
  package var connections = 64
  /// Requests that wait for one of them. Beyond it: `overloaded`.
  package var queuedRequests = 1024
  /// Below the usual keep-alive of servers, so that we seldom send into a connection that is being closed.
  package var idleLifetime: Duration = .seconds(30)
  /// Without any progress of content, in either direction.
  package var stallDeadline: Duration = .seconds(30)
  /// Content that waits for a slow reader, in bytes of one exchange; then the server has to wait.
  package var bufferedBytes = 256 * 1024

  package init() {}
}
