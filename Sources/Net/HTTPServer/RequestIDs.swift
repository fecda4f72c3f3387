internal import HTTP

/// New request ids. They are names, not secrets, so a fast generator will do: xoshiro256**, seeded by the system.
/// Source: Blackman and Vigna, "Scrambled linear pseudorandom number generators" (2021).
struct RequestIDs: RandomNumberGenerator {
  private var state: (UInt64, UInt64, UInt64, UInt64)
  /// Of all traces, 0...1, is sampled.
  var sampledShare = 0.0

  init() {
    var system = SystemRandomNumberGenerator()
    state = (system.next() | 1, system.next(), system.next(), system.next())
  }

  /// The client's id when it is a UUIDv4, else a new one; its trace likewise.
  mutating func identify(_ request: Request) {
    let sent = request.field(.xRequestID) ?? request.field(.xCorrelationID)
    request.id = sent.flatMap { UUIDv4($0) } ?? UUIDv4(high: next(), low: next())
    request.trace =
      request.calledIn?.child(using: &self, sampling: sampledShare)
      ?? TraceContext.random(using: &self, sampling: sampledShare)
  }

  mutating func next() -> UInt64 {
    let result = Self.rotate(state.1 &* 5, by: 7) &* 9
    let shifted = state.1 << 17
    state.2 ^= state.0
    state.3 ^= state.1
    state.1 ^= state.2
    state.0 ^= state.3
    state.2 ^= shifted
    state.3 = Self.rotate(state.3, by: 45)
    return result
  }

  private static func rotate(_ value: UInt64, by bits: UInt64) -> UInt64 { value << bits | value >> (64 - bits) }
}

extension Request {
  /// The trace that its caller names, once and validly.
  fileprivate var calledIn: TraceContext? {
    guard let field = field(.traceparent), fields.count(of: .traceparent) == 1 else { return nil }
    return TraceContext(field)
  }
}
