import Support
import Testing

@testable import HTTPServer

/// What a client may send wrongly, and what it gets. The name begins with the section of RFC 9113.
struct HostileCase: CustomTestStringConvertible {
  enum Outcome {
    /// The connection ends with one of these.
    case goAway(ErrorCodes)
    /// The stream ends with one of these, or the connection does.
    case reset(Int32, ErrorCodes)
    /// Nothing happens: the connection lives.
    case ignored
    case status(Int32, Int)
  }

  let name: String
  let frames: [Frame]
  let outcome: Outcome
  /// Sent once stream 1 has been answered and closed.
  let afterwards: [Frame]

  init(_ name: String, _ frames: [Frame], afterwards: [Frame] = [], _ outcome: Outcome) {
    (self.name, self.frames, self.afterwards, self.outcome) = (name, frames, afterwards, outcome)
  }

  var testDescription: String { name }
}

extension ErrorCodes {
  static let `protocol`: ErrorCodes = [1]
  static let flow: ErrorCodes = [3]
  static let closed: ErrorCodes = [5]
  static let closedOrProtocol: ErrorCodes = [1, 5]
  static let size: ErrorCodes = [6]
  static let compression: ErrorCodes = [9]
  static let calm: ErrorCodes = [11]
}

extension HostileCase {
  private static let whole = Frame.section("GET", "/fast")
  private static let half = Array(whole.prefix(10))
  private static let rest = Array(whole.dropFirst(10))

  static let framing: [HostileCase] = [
    HostileCase("4.1 a frame of an unknown kind", [Frame(type: 0xAB, payload: [0, 1, 2])], .ignored),
    HostileCase("4.1 undefined flags", [Frame(type: 6, flags: 0x16, payload: Array("12345678".utf8))], .ignored),
    HostileCase("4.1 the reserved bit", [.get(1)], .status(1, 200)),
    HostileCase(
      "4.2 DATA beyond the size", [.post(1), .data(1, String(repeating: "x", count: 16_385))], .reset(1, .size)),
    HostileCase(
      "4.2 HEADERS beyond the size", [.headers(1, [UInt8](repeating: 0, count: 16_385))], .goAway(.size)),
    HostileCase(
      "4.2 DATA of the largest size", [.post(1), .data(1, String(repeating: "x", count: 16_384))], .status(1, 200)),
    HostileCase("4.3 a section that cannot be decoded", [.headers(1, [0x40, 0x01])], .goAway(.compression)),
    HostileCase(
      "4.3 another frame within a section", [.headers(1, half, 1), .ping(), .continuation(1, rest)],
      .goAway(.protocol)),
    HostileCase(
      "4.3 another stream's HEADERS within a section", [.headers(1, half, 1), .get(3)], .goAway(.protocol)),
    HostileCase("5.1.1 an even stream", [.get(2)], .goAway(.protocol)),
    HostileCase("5.1.1 a stream below one that was used", [.get(5), .get(3)], .goAway(.protocol)),
    HostileCase(
      "5.5 an unknown frame within a section", [.headers(1, half, 1), Frame(type: 0xAB), .continuation(1, rest)],
      .goAway(.protocol)),
  ]

  static let streamStates: [HostileCase] = [
    HostileCase("5.1 DATA on an idle stream", [.data(1, "x")], .goAway(.protocol)),
    HostileCase("5.1 RST_STREAM on an idle stream", [.reset(1)], .goAway(.protocol)),
    HostileCase("5.1 WINDOW_UPDATE on an idle stream", [.windowUpdate(1, 100)], .goAway(.protocol)),
    HostileCase("5.1 CONTINUATION on an idle stream", [.continuation(1, whole)], .goAway(.protocol)),
    HostileCase("5.1 PRIORITY on an idle stream", [.priority(1, on: 0)], .ignored),
    HostileCase("5.1 DATA after the end of the request", [.get(1, "/slow"), .data(1, "x")], .reset(1, .closed)),
    HostileCase("5.1 HEADERS after the end of the request", [.get(1, "/slow"), .get(1)], .reset(1, .closed)),
    HostileCase(
      "5.1 CONTINUATION after the end of the request", [.get(1, "/slow"), .continuation(1, whole)],
      .reset(1, .closedOrProtocol)),
    HostileCase(
      "5.1 WINDOW_UPDATE, PRIORITY and RST_STREAM after the end of the request",
      [.get(1, "/slow"), .windowUpdate(1, 1), .priority(1, on: 0), .reset(1)], .ignored),
    HostileCase("5.1 DATA after RST_STREAM", [.post(1), .reset(1), .data(1, "x")], .reset(1, .closed)),
    HostileCase("5.1 HEADERS after RST_STREAM", [.post(1), .reset(1), .get(1)], .reset(1, .closed)),
    HostileCase(
      "5.1 CONTINUATION after RST_STREAM", [.post(1), .reset(1), .continuation(1, whole)],
      .reset(1, .closedOrProtocol)),
    HostileCase("5.1 DATA on a closed stream", [.get(1)], afterwards: [.data(1, "x")], .goAway(.closed)),
    HostileCase("5.1 HEADERS on a closed stream", [.get(1)], afterwards: [.get(1)], .goAway(.closed)),
    HostileCase(
      "5.1 CONTINUATION on a closed stream", [.get(1)], afterwards: [.continuation(1, whole)],
      .goAway(.closedOrProtocol)),
    HostileCase(
      "5.1 PRIORITY and WINDOW_UPDATE on a closed stream", [.get(1)],
      afterwards: [.priority(1, on: 0), .windowUpdate(1, 9), .reset(1)], .ignored),
    HostileCase(
      "5.1 DATA on its way when we reset the stream", [.post(1, "/early")], afterwards: [.data(1, "x", 0)], .ignored),
    HostileCase("5.3.1 PRIORITY on itself", [.priority(1, on: 1)], .goAway(.protocol)),
    HostileCase(
      "5.3.1 HEADERS that depend on themselves", [.headers(1, UInt32(1).bytes + [15] + whole, 0x25)],
      .reset(1, .protocol)),
  ]

  static let frameKinds: [HostileCase] = [
    HostileCase("6.1 DATA on no stream", [.data(0, "x")], .goAway(.protocol)),
    HostileCase("6.1 padding longer than DATA", [.post(1), .data(1, "\u{7f}xx", 0x9)], .goAway(.protocol)),
    HostileCase("6.1 padding in DATA", [.post(1), .data(1, "\u{2}xx..", 0x9)], .status(1, 200)),
    HostileCase("6.2 HEADERS on no stream", [.get(0)], .goAway(.protocol)),
    HostileCase("6.2 padding longer than HEADERS", [.headers(1, [0xFF] + whole, 0xD)], .goAway(.protocol)),
    HostileCase(
      "6.2 padding and priority in HEADERS", [.headers(1, [1, 0, 0, 0, 0, 9] + whole + [0], 0x2D)], .status(1, 200)),
    HostileCase("6.3 PRIORITY on no stream", [.priority(0, on: 1)], .goAway(.protocol)),
    HostileCase(
      "6.3 PRIORITY of another length", [.post(1), Frame(type: 2, stream: 1, payload: [0, 0, 0, 1])],
      .reset(1, .size)),
    HostileCase("6.4 RST_STREAM on no stream", [.reset(0)], .goAway(.protocol)),
    HostileCase(
      "6.4 RST_STREAM of another length", [.post(1), Frame(type: 3, stream: 1, payload: [0, 0, 0])], .goAway(.size)),
    HostileCase("6.5 SETTINGS with ACK and content", [Frame(type: 4, flags: 1, payload: [0])], .goAway(.size)),
    HostileCase("6.5 SETTINGS on a stream", [Frame(type: 4, stream: 1)], .goAway(.protocol)),
    HostileCase("6.5 SETTINGS of another length", [Frame(type: 4, payload: [0, 1, 0])], .goAway(.size)),
    HostileCase("6.5.2 ENABLE_PUSH of 2", [.settings([2: 2])], .goAway(.protocol)),
    HostileCase("6.5.2 a window beyond 2^31 - 1", [.settings([4: 1 << 31])], .goAway(.flow)),
    HostileCase("6.5.2 frames shorter than 2^14", [.settings([5: 16_383])], .goAway(.protocol)),
    HostileCase("6.5.2 frames longer than 2^24 - 1", [.settings([5: 1 << 24])], .goAway(.protocol)),
    HostileCase("6.5.2 an unknown setting", [.settings([0xFF: 1])], .ignored),
    HostileCase("6.6 PUSH_PROMISE from a client", [.pushPromise(1)], .goAway(.protocol)),
    HostileCase(
      "6.7 PING on a stream", [Frame(type: 6, stream: 1, payload: Array("12345678".utf8))], .goAway(.protocol)),
    HostileCase("6.7 PING of another length", [.ping("1234567")], .goAway(.size)),
    HostileCase(
      "6.7 an unasked answer to a PING", [Frame(type: 6, flags: 1, payload: Array("unasked.".utf8))], .ignored),
    HostileCase("6.8 GOAWAY on a stream", [.goAway(1)], .goAway(.protocol)),
    HostileCase("6.9 no increment for the connection", [.windowUpdate(0, 0)], .goAway(.protocol)),
    HostileCase("6.9 no increment for a stream", [.post(1), .windowUpdate(1, 0)], .reset(1, .protocol)),
    HostileCase(
      "6.9 WINDOW_UPDATE of another length", [Frame(type: 8, payload: [0, 0, 1])], .goAway(.size)),
    HostileCase(
      "6.9.1 the connection's window beyond 2^31 - 1",
      [.windowUpdate(0, (1 << 31) - 1), .windowUpdate(0, (1 << 31) - 1)], .goAway(.flow)),
    HostileCase(
      "6.9.1 a stream's window beyond 2^31 - 1",
      [.post(1), .windowUpdate(1, (1 << 31) - 1), .windowUpdate(1, (1 << 31) - 1)], .reset(1, .flow)),
    HostileCase("6.10 CONTINUATION on no stream", [.headers(1, half, 1), .continuation(0, rest)], .goAway(.protocol)),
    HostileCase("6.10 CONTINUATION without a section", [.get(1, "/slow"), .continuation(1, rest)], .goAway(.protocol)),
    HostileCase(
      "6.10 CONTINUATION after the end of the section",
      [.headers(1, half, 1), .continuation(1, rest), .continuation(1, rest)], .goAway(.protocol)),
    HostileCase(
      "6.10 CONTINUATION after DATA", [.post(1), .data(1, "x", 0), .continuation(1, rest)], .goAway(.protocol)),
    HostileCase("6.10 a section in two frames", [.headers(1, half, 1), .continuation(1, rest)], .status(1, 200)),
    HostileCase(
      "7 an unknown code in RST_STREAM", [.post(1), Frame(type: 3, stream: 1, payload: [0, 0, 0, 0xFF])], .ignored),
    HostileCase("9218 7.1 PRIORITY_UPDATE on a stream", [.priorityUpdate(1, "u=1", on: 1)], .goAway(.protocol)),
    HostileCase("9218 7.1 PRIORITY_UPDATE for no stream", [.priorityUpdate(0, "u=1")], .goAway(.protocol)),
    HostileCase("9218 7.1 PRIORITY_UPDATE ahead of its request", [.priorityUpdate(1, "u=1, i")], .ignored),
  ]
}
