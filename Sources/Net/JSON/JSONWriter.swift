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

  package mutating func value(_ number: some BinaryInteger) {
    separate()
    bytes.append(String(number))
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
    for index in utf8.indices {
      let byte = utf8[index]
      guard byte < 0x20 || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") else { continue }
      bytes.append(copying: utf8.extracting(copied..<index))
      escape(byte)
      copied = index + 1
    }
    bytes.append(copying: utf8.extracting(copied..<utf8.count))
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
