/// RFC 4648 §4, §5. Decoding is strict: no white space, no other alphabet, no bits after the last byte, so that one
/// value has one text.
package struct Base64: Sendable {
  /// With padding.
  package static let standard = Base64("+", "/", isPadded: true)
  /// Without padding, as in JWT (RFC 7515 §2).
  package static let url = Base64("-", "_", isPadded: false)
  /// Without padding, as in an encoded Argon2 hash.
  static let bare = Base64("+", "/", isPadded: false)

  private let digit62: UInt8
  private let digit63: UInt8
  private let isPadded: Bool

  private init(_ digit62: Unicode.Scalar, _ digit63: Unicode.Scalar, isPadded: Bool) {
    self.digit62 = UInt8(ascii: digit62)
    self.digit63 = UInt8(ascii: digit63)
    self.isPadded = isPadded
  }

  package func encode(_ bytes: [UInt8]) -> String {
    var text: [UInt8] = []
    text.reserveCapacity((bytes.count + 2) / 3 * 4)
    append(bytes.span, to: &text)
    return String(decoding: text, as: UTF8.self)
  }

  package func encode(_ digest: Digest) -> String { encode(digest.bytes) }

  package func append(_ bytes: Span<UInt8>, to text: inout [UInt8]) {
    var bits: UInt32 = 0
    var pending = 0
    for index in bytes.indices {
      bits = bits << 8 | UInt32(bytes[index])
      pending += 8
      while pending >= 6 {
        pending -= 6
        text.append(digit(UInt8(truncatingIfNeeded: bits >> UInt32(pending)) & 63))
      }
    }
    if pending > 0 { text.append(digit(UInt8(truncatingIfNeeded: bits << UInt32(6 - pending)) & 63)) }
    if isPadded, pending > 0 { text.append(contentsOf: repeatElement(UInt8(ascii: "="), count: pending == 4 ? 1 : 2)) }
  }

  package func decode(_ text: String) -> [UInt8]? { decode(text.utf8.span) }

  package func decode(_ text: Span<UInt8>) -> [UInt8]? {
    guard let digits = unpaddedCount(text), digits % 4 != 1 else { return nil }
    var bytes: [UInt8] = []
    bytes.reserveCapacity(digits * 3 / 4)
    var bits: UInt32 = 0
    var pending = 0
    for index in 0..<digits {
      guard let value = value(of: text[index]) else { return nil }
      bits = bits << 6 | UInt32(value)
      pending += 6
      if pending >= 8 {
        pending -= 8
        bytes.append(UInt8(truncatingIfNeeded: bits >> UInt32(pending)))
      }
    }
    return bits & (1 << UInt32(pending) - 1) == 0 ? bytes : nil
  }

  private func unpaddedCount(_ text: Span<UInt8>) -> Int? {
    guard isPadded else { return text.count }
    guard text.count.isMultiple(of: 4) else { return nil }
    var count = text.count
    while count > 0, text.count - count < 2, text[count - 1] == UInt8(ascii: "=") { count -= 1 }
    return count
  }

  private func digit(_ value: UInt8) -> UInt8 {
    switch value {
    case 0..<26: UInt8(ascii: "A") + value
    case 26..<52: UInt8(ascii: "a") + value - 26
    case 52..<62: UInt8(ascii: "0") + value - 52
    case 62: digit62
    default: digit63
    }
  }

  private func value(of digit: UInt8) -> UInt8? {
    switch digit {
    case UInt8(ascii: "A")...UInt8(ascii: "Z"): digit - UInt8(ascii: "A")
    case UInt8(ascii: "a")...UInt8(ascii: "z"): digit - UInt8(ascii: "a") + 26
    case UInt8(ascii: "0")...UInt8(ascii: "9"): digit - UInt8(ascii: "0") + 52
    case digit62: 62
    case digit63: 63
    default: nil
    }
  }
}
