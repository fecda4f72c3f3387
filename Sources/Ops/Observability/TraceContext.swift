/// A request's place in a trace. Source: W3C Trace Context, §3.2 `traceparent`.
package struct TraceContext: Equatable, Sendable {
  /// 16 bytes, not all zero.
  package let traceID: String
  /// 8 bytes, not all zero: the span that called.
  package let parentID: String
  package let isSampled: Bool

  /// Nil unless the text is a valid `traceparent`. Of a later version, the part that version 00 knows.
  package init?(_ text: String) {
    let parts = text.split(separator: "-", maxSplits: 4, omittingEmptySubsequences: false)
    guard parts.count >= 4, isHex(parts[0], 2), isHex(parts[1], 32), isHex(parts[2], 16), isHex(parts[3], 2),
      parts[0] != "ff", parts.count == 4 || parts[0] != "00",
      parts[1].contains(where: { $0 != "0" }), parts[2].contains(where: { $0 != "0" }),
      let flags = UInt8(parts[3], radix: 16)
    else { return nil }
    traceID = String(parts[1])
    parentID = String(parts[2])
    isSampled = flags & 1 == 1
  }

  /// The start of a new trace.
  package init() {
    traceID = hex(UInt64.random(in: .min ... .max)) + hex(UInt64.random(in: 1 ... .max))
    parentID = hex(UInt64.random(in: 1 ... .max))
    isSampled = false
  }

  /// The same trace, seen from a span of ours.
  package var child: TraceContext {
    TraceContext(traceID: traceID, parentID: hex(UInt64.random(in: 1 ... .max)), isSampled: isSampled)
  }

  package var traceparent: String { "00-\(traceID)-\(parentID)-\(isSampled ? "01" : "00")" }

  private init(traceID: String, parentID: String, isSampled: Bool) {
    self.traceID = traceID
    self.parentID = parentID
    self.isSampled = isSampled
  }
}

private func isHex(_ text: Substring, _ count: Int) -> Bool {
  text.utf8.count == count && text.utf8.allSatisfy { (0x30...0x39).contains($0) || (0x61...0x66).contains($0) }
}

private func hex(_ number: UInt64) -> String {
  let digits = String(number, radix: 16)
  return String(repeating: "0", count: 16 - digits.count) + digits
}
