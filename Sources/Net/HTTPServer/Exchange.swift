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

  // One connection's alone, and none of these is read while it is written: parser and decoder see only what they are
  // given. The check for that would cost a request as much as its parsing.

  @safe @exclusivity(unchecked) var parser: RequestParser
  @safe @exclusivity(unchecked) var decoder = ContentDecoder(.none)
  @safe @exclusivity(unchecked) var sink = Sink.none
  @safe @exclusivity(unchecked) var start = Instant(nanoseconds: 0)
  /// The client waits for 100 Continue before it sends its content.
  @safe @exclusivity(unchecked) var owesContinue = false
  @safe @exclusivity(unchecked) var isAnswered = false

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
