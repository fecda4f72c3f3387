/// Hexadecimal text: written in lower case, read in either.
package enum Hex {
  package static func encode(_ bytes: Span<UInt8>) -> String {
    var text: [UInt8] = []
    text.reserveCapacity(bytes.count * 2)
    append(bytes, to: &text)
    return String(decoding: text, as: UTF8.self)
  }

  package static func encode(_ bytes: [UInt8]) -> String { encode(bytes.span) }

  /// Nil unless the text is an even number of hexadecimal digits.
  package static func decode(_ text: String) -> [UInt8]? {
    let digits = text.utf8.span
    guard digits.count.isMultiple(of: 2) else { return nil }
    var bytes: [UInt8] = []
    bytes.reserveCapacity(digits.count / 2)
    for index in stride(from: 0, to: digits.count, by: 2) {
      guard let high = value(of: digits[index]), let low = value(of: digits[index + 1]) else { return nil }
      bytes.append(high << 4 | low)
    }
    return bytes
  }

  static func append(_ bytes: Span<UInt8>, to output: inout [UInt8]) {
    let start = output.count
    output.append(contentsOf: repeatElement(0, count: bytes.count * 2))
    var text = output.mutableSpan
    for index in bytes.indices {
      text[start + index * 2] = digit(bytes[index] >> 4)
      text[start + index * 2 + 1] = digit(bytes[index] & 15)
    }
  }

  static func value(of digit: UInt8) -> UInt8? {
    switch digit {
    case UInt8(ascii: "0")...UInt8(ascii: "9"): digit - UInt8(ascii: "0")
    case UInt8(ascii: "a")...UInt8(ascii: "f"): digit - UInt8(ascii: "a") + 10
    case UInt8(ascii: "A")...UInt8(ascii: "F"): digit - UInt8(ascii: "A") + 10
    default: nil
    }
  }

  /// Without a branch: the digits of a hash are random, and guessing wrong costs more than the hash.
  static func digit(_ value: UInt8) -> UInt8 {
    let isLetter = (9 &- value) >> 7
    return UInt8(ascii: "0") &+ value &+ isLetter &* (UInt8(ascii: "a") - UInt8(ascii: "9") - 1)
  }
}
