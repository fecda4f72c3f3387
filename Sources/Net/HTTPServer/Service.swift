package import HTTP

/// What a server serves. Called on its loop.
package protocol Service: AnyObject {
  /// Decides on the head alone: refusing here costs the client no upload.
  func dispatch(_ request: Request) -> Dispatch
  /// Exactly once for each request, after its answer was handed to the socket or given up.
  /// - bytes: of the answer's content; duration: since the head was complete.
  func finished(_ request: Request, status: Status, bytes: Int, duration: Duration)
}

/// How a request goes on once its head is known.
package enum Dispatch {
  /// Answered at once, without its content.
  case respond(Response)
  /// Handled when the whole content is in `request.body`; 413 beyond the limit, in bytes.
  case buffered(limit: Int, (Request) -> Handling)
  /// Handled while the content arrives. Content not read by the end of the answer closes the connection.
  case streamed((Request, any BodySource) async -> Response)
}

package enum Handling {
  case ready(Response)
  case later(() async -> Response)
  /// As `later`, but what it hands over is called with the answer, once, on the loop: it costs no task.
  case promised((@escaping (Response) -> Void) -> Void)

  /// What is asked of others meanwhile is part of that trace, which is sampled.
  package func within(_ trace: TraceContext) -> Handling {
    switch self {
    case .ready: self
    case .later(let work): .later { await TraceContext.$current.withValue(trace, operation: work) }
    case .promised(let start): .promised { answer in TraceContext.$current.withValue(trace) { start(answer) } }
    }
  }
}
