/// A request's place in a trace. Source: W3C Trace Context, §3.2 `traceparent`.
package struct TraceContext: Hashable, Sendable, CustomStringConvertible {
  private let high: UInt64
  private let low: UInt64
  /// Of whoever sends it on: the caller's when it was received, ours once it is a child.
  private let span: UInt64
  /// The span that this one is part of; 0 for none.
  private let parent: UInt64
  package private(set) var isSampled: Bool
  /// What its caller has decided, of a child.
  private var isSampledByCaller = false

  /// Of the field's value, in bytes.
  package static let size = 55

  /// Of a request that no server has identified yet.
  static let none = TraceContext(high: 0, low: 0, span: 0, isSampled: false)

  private init(high: UInt64, low: UInt64, span: UInt64, parent: UInt64 = 0, isSampled: Bool) {
    self.high = high
    self.low = low
    self.span = span
    self.parent = parent
    self.isSampled = isSampled
  }

  /// Nil unless the bytes are a valid `traceparent`. Of a later version, the part that version 00 knows.
  package init?(_ bytes: ArraySlice<UInt8>) {
    let start = bytes.startIndex
    let dash = UInt8(ascii: "-")
    guard bytes.count >= Self.size, [2, 35, 52].allSatisfy({ bytes[start + $0] == dash }),
      let version = number(in: bytes[start..<start + 2]),
      let high = number(in: bytes[start + 3..<start + 19]),
      let low = number(in: bytes[start + 19..<start + 35]),
      let span = number(in: bytes[start + 36..<start + 52]),
      let flags = number(in: bytes[start + 53..<start + 55])
    else { return nil }
    let isWhole = bytes.count == Self.size || (version != 0 && bytes[start + Self.size] == dash)
    guard isWhole, version != 0xFF, (high, low) != (0, 0), span != 0 else { return nil }
    self.init(high: high, low: low, span: span, isSampled: flags & 1 == 1)
  }

  /// The start of a new trace.
  /// - Parameter share: of these traces, 0...1, is sampled.
  package static func random(
    using generator: inout some RandomNumberGenerator, sampling share: Double = 0
  ) -> TraceContext {
    let low = generator.next() | 1
    // The lowest 56 bits are random, Trace Context Level 2 §3.2.2.3.
    let isSampled = Double(low & (1 << 56 - 1)) < share * Double(1 << 56 as UInt64)
    return TraceContext(high: generator.next(), low: low, span: generator.next() | 1, isSampled: isSampled)
  }

  /// The same trace, seen from a span of ours.
  package func child(using generator: inout some RandomNumberGenerator) -> TraceContext {
    TraceContext(high: high, low: low, span: generator.next() | 1, parent: span, isSampled: isSampled)
  }

  /// The same, of a trace that anyone may have begun: neither its flag nor its id, which are his choice, decides
  /// whether it is sampled, until `heedCaller`. Source: W3C Trace Context, "Denial of Service".
  /// - Parameter share: of these traces, 0...1, is sampled.
  package func child(using generator: inout some RandomNumberGenerator, sampling share: Double) -> TraceContext {
    var child = child(using: &generator)
    child.isSampledByCaller = isSampled
    child.isSampled = Double(generator.next() >> 11) < share * Double(1 << 53 as UInt64)
    return child
  }

  /// Sampled if its caller has decided so: he is one of ours. Changes nothing of a trace that begins here.
  package mutating func heedCaller() { if parent != 0 { isSampled = isSampledByCaller } }

  /// Somebody else began it, and may have said more of it in `tracestate`.
  package var isContinued: Bool { parent != 0 }

  package var traceID: String { String(description.dropFirst(3).prefix(32)) }
  package var spanID: String { Self.text(span) }
  /// Nil for the first span of a trace.
  package var parentSpanID: String? { parent == 0 ? nil : Self.text(parent) }

  private static func text(_ number: UInt64) -> String {
    let digits = HexDigits.of(number)
    return String(decoding: (0..<16).map { digits[$0] }, as: UTF8.self)
  }

  /// The field's value.
  package var description: String {
    [UInt8](capacity: Self.size) { append(to: &$0) }.text
  }

  /// The field's value.
  package func append(to bytes: inout OutputSpan<UInt8>) {
    var text = InlineArray<55, UInt8>(repeating: UInt8(ascii: "-"))
    (text[0], text[1]) = (UInt8(ascii: "0"), UInt8(ascii: "0"))
    Self.write(high, at: 3, of: &text)
    Self.write(low, at: 19, of: &text)
    Self.write(span, at: 36, of: &text)
    (text[53], text[54]) = (UInt8(ascii: "0"), UInt8(ascii: "0") + (isSampled ? 1 : 0))
    bytes.append(copying: text.span)
  }

  private static func write(_ number: UInt64, at start: Int, of text: inout InlineArray<55, UInt8>) {
    let digits = HexDigits.of(number)
    for place in 0..<16 { text[start + place] = digits[place] }
  }
}

extension TraceContext {
  /// Of the request for which the present task works, if its trace is sampled: what the task asks of others meanwhile
  /// is part of that trace.
  @TaskLocal package static var current: TraceContext?
}

/// At most 16 hexadecimal digits, in lower case as the standard wants them.
private func number(in digits: ArraySlice<UInt8>) -> UInt64? {
  var number: UInt64 = 0
  for digit in digits {
    guard let value = digit.hexValue, digit < 0x41 || digit > 0x46 else { return nil }
    number = number << 4 | UInt64(value)
  }
  return number
}
