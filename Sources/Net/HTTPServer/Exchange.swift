internal import HTTP
internal import Loop

/// One request on its way through a connection. Idle connections have none: the server keeps a few for all of them.
final class Exchange {
  /// Where the request's content goes.
  enum Sink {
    case none
    case buffered(limit: Int, (Request) -> Handling)
    case streamed(RequestContent)
    case discarded
  }

  let request = Request()
  var parser: RequestParser
  var decoder = ContentDecoder(.none)
  var sink = Sink.none
  var start = Instant(nanoseconds: 0)
  /// The client waits for 100 Continue before it sends its content.
  var owesContinue = false
  var isAnswered = false

  init(_ limits: HeadLimits) { parser = RequestParser(limits: limits) }

  func reset(_ limits: HeadLimits) {
    request.reset()
    parser = RequestParser(limits: limits)
    decoder = ContentDecoder(.none)
    sink = .none
    owesContinue = false
    isAnswered = false
  }
}
