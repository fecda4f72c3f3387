extension JSONScanner {
  /// Unescaped. Raw control characters, unknown escapes, lone surrogates and bytes that are not UTF-8 are refused.
  package mutating func string(_ bytes: Span<UInt8>) throws(JSONError) -> String {
    try expect(UInt8(ascii: "\""), bytes)
    let start = offset
    while offset < bytes.count, bytes[offset] >= 0x20 {
      switch bytes[offset] {
      case UInt8(ascii: "\""):
        let text = try text(start..<offset, bytes)
        advance()
        return text
      case UInt8(ascii: "\\"): return try stringWithEscapes(from: start, bytes)
      default: advance()
      }
    }
    throw JSONError(offset: offset)
  }

  /// From the first escape on the text is no longer a copy of the bytes.
  private mutating func stringWithEscapes(from start: Int, _ bytes: Span<UInt8>) throws(JSONError) -> String {
    var text: [UInt8] = []
    text.append(copying: bytes.extracting(start..<offset))
    while offset < bytes.count, bytes[offset] >= 0x20 {
      let byte = bytes[offset]
      advance()
      switch byte {
      case UInt8(ascii: "\""):
        guard let valid = String(validating: text, as: UTF8.self) else { throw JSONError(offset: start) }
        return valid
      case UInt8(ascii: "\\"): try escape(bytes, into: &text)
      default: text.append(byte)
      }
    }
    throw JSONError(offset: offset)
  }

  private mutating func escape(_ bytes: Span<UInt8>, into text: inout [UInt8]) throws(JSONError) {
    guard offset < bytes.count else { throw JSONError(offset: offset) }
    let byte = bytes[offset]
    advance()
    switch byte {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): text.append(byte)
    case UInt8(ascii: "b"): text.append(0x08)
    case UInt8(ascii: "f"): text.append(0x0C)
    case UInt8(ascii: "n"): text.append(0x0A)
    case UInt8(ascii: "r"): text.append(0x0D)
    case UInt8(ascii: "t"): text.append(0x09)
    case UInt8(ascii: "u"): text.append(contentsOf: Array(String(Character(try scalar(bytes))).utf8))
    default: throw JSONError(offset: offset - 1)
    }
  }

  /// After `\u`: four digits, and for a high surrogate the low one that must follow.
  private mutating func scalar(_ bytes: Span<UInt8>) throws(JSONError) -> Unicode.Scalar {
    let start = offset
    var value = try fourDigits(bytes)
    if (0xD800..<0xDC00).contains(value) {
      try expectNow(UInt8(ascii: "\\"), bytes)
      try expectNow(UInt8(ascii: "u"), bytes)
      let low = try fourDigits(bytes)
      guard (0xDC00..<0xE000).contains(low) else { throw JSONError(offset: start) }
      value = 0x10000 + (value - 0xD800) << 10 + (low - 0xDC00)
    }
    guard let scalar = Unicode.Scalar(value) else { throw JSONError(offset: start) }
    return scalar
  }

  private mutating func fourDigits(_ bytes: Span<UInt8>) throws(JSONError) -> UInt32 {
    var value: UInt32 = 0
    for _ in 0..<4 {
      guard offset < bytes.count, let digit = Character(Unicode.Scalar(bytes[offset])).hexDigitValue,
        bytes[offset] < 0x80
      else { throw JSONError(offset: offset) }
      value = value << 4 | UInt32(digit)
      advance()
    }
    return value
  }

  private mutating func expectNow(_ byte: UInt8, _ bytes: Span<UInt8>) throws(JSONError) {
    guard offset < bytes.count, bytes[offset] == byte else { throw JSONError(offset: offset) }
    advance()
  }
}
