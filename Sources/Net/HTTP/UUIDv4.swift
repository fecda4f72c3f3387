/// A random UUID. Source: RFC 9562 §5.4. Text is lower case.
package struct UUIDv4: Hashable, Sendable, CustomStringConvertible {
  private let high: UInt64
  private let low: UInt64

  package init(high: UInt64, low: UInt64) {
    self.high = high & 0xFFFF_FFFF_FFFF_0FFF | 0x4000
    self.low = low & 0x3FFF_FFFF_FFFF_FFFF | 0x8000_0000_0000_0000
  }

  /// Of its text, in bytes.
  package static let size = 36

  package static func random(using generator: inout some RandomNumberGenerator) -> UUIDv4 {
    UUIDv4(high: generator.next(), low: generator.next())
  }

  package static func random() -> UUIDv4 {
    var generator = SystemRandomNumberGenerator()
    return random(using: &generator)
  }

  /// Strict: 8-4-4-4-12 hexadecimal digits, version 4, variant 10.
  package init?(_ text: some Collection<UInt8>) {
    guard text.count == 36 else { return nil }
    var halves: (UInt64, UInt64) = (0, 0)
    var digits = 0
    for (offset, byte) in text.enumerated() {
      if offset == 8 || offset == 13 || offset == 18 || offset == 23 {
        guard byte == UInt8(ascii: "-") else { return nil }
        continue
      }
      guard let value = byte.hexValue else { return nil }
      if digits < 16 { halves.0 = halves.0 << 4 | UInt64(value) } else { halves.1 = halves.1 << 4 | UInt64(value) }
      digits += 1
    }
    self.init(high: halves.0, low: halves.1)
    guard high == halves.0, low == halves.1 else { return nil }
  }

  package init?(_ text: String) { self.init(text.utf8) }

  package var description: String {
    [UInt8](capacity: Self.size) { append(to: &$0) }.text
  }

  /// Its 36 characters.
  package func append(to bytes: inout OutputSpan<UInt8>) {
    let (start, end) = (HexDigits.of(high), HexDigits.of(low))
    var text = InlineArray<36, UInt8>(repeating: UInt8(ascii: "-"))
    for place in 0..<8 { text[place] = start[place] }
    for place in 8..<12 { text[place + 1] = start[place] }
    for place in 12..<16 { text[place + 2] = start[place] }
    for place in 0..<4 { text[place + 19] = end[place] }
    for place in 4..<16 { text[place + 20] = end[place] }
    bytes.append(copying: text.span)
  }
}
