/// Appends JSON (RFC 8259) to bytes, with no tree in between. The caller keeps the order, a name before each value of
/// an object; commas are the writer's.
///
///     var writer = JSONWriter()
///     writer.object { $0.field("id", 7); $0.field("tags", ["a", "b"]) }
package struct JSONWriter {
  package private(set) var bytes: [UInt8]
  private var needsComma = false

  package init(appendingTo bytes: [UInt8] = []) {
    self.bytes = bytes
  }

  /// With room for so many bytes, when the caller knows about how many there will be.
  package init(capacity: Int) {
    bytes = []
    bytes.reserveCapacity(capacity)
  }

  package mutating func object<E: Error>(_ members: (inout JSONWriter) throws(E) -> Void) throws(E) {
    try nested(open: UInt8(ascii: "{"), close: UInt8(ascii: "}"), members)
  }

  package mutating func array<E: Error>(_ elements: (inout JSONWriter) throws(E) -> Void) throws(E) {
    try nested(open: UInt8(ascii: "["), close: UInt8(ascii: "]"), elements)
  }

  /// The name of an object's next member; its value must follow.
  package mutating func name(_ name: String) {
    separate()
    quote(name)
    bytes.append(UInt8(ascii: ":"))
    needsComma = false
  }

  package mutating func value(_ text: String) {
    separate()
    quote(text)
  }

  /// Text of which every byte stands for itself, as a URL's do; it is not checked.
  package mutating func value(plain text: [UInt8]) {
    separate()
    bytes.append(UInt8(ascii: "\""))
    bytes.append(contentsOf: text)
    bytes.append(UInt8(ascii: "\""))
  }

  package mutating func value<Number: FixedWidthInteger>(_ number: Number) {
    separate()
    // Of a generic number little is asked: each question to it is a call through its witnesses.
    precondition(Number.bitWidth <= 64)
    let bits = UInt64(truncatingIfNeeded: number)
    let isNegative = Number.isSigned && bits >> 63 == 1
    if isNegative { bytes.append(UInt8(ascii: "-")) }
    bytes.append(decimal: isNegative ? 0 &- bits : bits)
  }

  /// Not a finite number: written as null, because JSON has no other word for it.
  package mutating func value(_ number: Double) {
    separate()
    bytes.append(number.isFinite ? number.description : "null")
  }

  package mutating func value(_ flag: Bool) {
    separate()
    bytes.append(flag ? "true" : "false")
  }

  package mutating func null() {
    separate()
    bytes.append("null")
  }

  /// A value that is JSON already; it is not checked.
  package mutating func raw(_ json: some Collection<UInt8>) {
    separate()
    bytes.append(contentsOf: json)
  }

  private mutating func nested<E: Error>(
    open: UInt8, close: UInt8, _ content: (inout JSONWriter) throws(E) -> Void
  ) throws(E) {
    separate()
    bytes.append(open)
    needsComma = false
    try content(&self)
    bytes.append(close)
    needsComma = true
  }

  private mutating func separate() {
    if needsComma { bytes.append(UInt8(ascii: ",")) }
    needsComma = true
  }

  /// Bytes that stand for themselves are copied in runs.
  private mutating func quote(_ text: String) {
    bytes.append(UInt8(ascii: "\""))
    let utf8 = text.utf8Span.span
    var copied = 0
    while true {
      let next = utf8.nextEscape(from: copied)
      bytes.append(copying: utf8.extracting(copied..<next))
      guard next < utf8.count else { break }
      escape(utf8[next])
      copied = next + 1
    }
    bytes.append(UInt8(ascii: "\""))
  }

  private mutating func escape(_ byte: UInt8) {
    switch byte {
    case UInt8(ascii: "\n"): bytes.append("\\n")
    case UInt8(ascii: "\r"): bytes.append("\\r")
    case UInt8(ascii: "\t"): bytes.append("\\t")
    case 0..<0x20:
      bytes.append(byte < 0x10 ? "\\u000" : "\\u00")
      bytes.append(String(byte, radix: 16))
    default:
      bytes.append(UInt8(ascii: "\\"))
      bytes.append(byte)
    }
  }
}

extension Span<UInt8> {
  /// Where the next byte is that does not stand for itself in a string; the end when there is none. Eight at a time.
  fileprivate func nextEscape(from start: Int) -> Int {
    let ones: UInt64 = 0x0101_0101_0101_0101
    var index = start
    while index + 8 <= count {
      let word = unsafe bytes.unsafeLoadUnaligned(fromByteOffset: index, as: UInt64.self)
      let quotes = word ^ ones &* UInt64(UInt8(ascii: "\""))
      let backslashes = word ^ ones &* UInt64(UInt8(ascii: "\\"))
      // The lowest byte that is below a space, or zero in one of the others, has its high bit set here.
      let controls = (word &- ones &* 0x20) & ~word
      let marks = (controls | (quotes &- ones) & ~quotes | (backslashes &- ones) & ~backslashes) & 0x8080_8080_8080_8080
      if marks != 0 { return index + marks.trailingZeroBitCount / 8 }
      index += 8
    }
    while index < count, self[index] >= 0x20, self[index] != UInt8(ascii: "\""), self[index] != UInt8(ascii: "\\") {
      index += 1
    }
    return index
  }
}
