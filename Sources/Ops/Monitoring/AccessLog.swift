internal import HTTP
internal import Logging

/// A line for a sample of the requests, and for each one that failed on our side.
///
/// The route stands for the path, and there is no query: a capture may be a secret (a playback session's id is the
/// right to write to it), and a query may hold an API key.
package final class AccessLog {
  private let logger: Logger
  /// One request in so many; 0: only failures.
  private let sample: Int
  private var untilNext: Int

  package convenience init(of role: NodeRole, sample: Int) {
    self.init(Logger(label: "\(role.rawValue).access"), sample: sample)
  }

  init(_ logger: Logger, sample: Int) {
    self.logger = logger
    self.sample = sample
    untilNext = sample
  }

  func note(_ request: Request, _ route: String, _ status: Status, bytes: Int, duration: Duration) {
    // Whoever asks for what no server of ours does (CONNECT, say) is told 501: that is his fault.
    let hasFailed = status.code >= 500 && status != .notImplemented
    guard isDue || hasFailed else { return }
    logger.log(
      level: hasFailed ? .error : .info, "request",
      metadata: [
        "method": "\(request.method.label)", "route": "\(route)", "status": "\(status.code)",
        "protocol": "\(request.version.number)", "bytes": "\(bytes)",
        "microseconds": "\(Int(duration / .microseconds(1)))", "client": "\(request.client.address)",
        "request_id": "\(request.id)", "trace_id": "\(request.trace.traceID)",
      ])
  }

  /// Every n-th: counted, not drawn, so that a busy node pays for no random number.
  private var isDue: Bool {
    guard sample > 0 else { return false }
    untilNext -= 1
    guard untilNext == 0 else { return false }
    untilNext = sample
    return true
  }
}
