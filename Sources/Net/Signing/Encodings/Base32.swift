/// RFC 4648 §6, the text in which authenticator apps exchange secrets: written without padding, read with or without.
package enum Base32 {
  private static let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".utf8)

  package static func encode(_ bytes: [UInt8]) -> String {
    var text: [UInt8] = []
    var bits: UInt16 = 0
    var pending = 0
    for byte in bytes {
      bits = bits << 8 | UInt16(byte)
      pending += 8
      while pending >= 5 {
        pending -= 5
        text.append(alphabet[Int(bits >> UInt16(pending)) & 31])
      }
    }
    if pending > 0 { text.append(alphabet[Int(bits << UInt16(5 - pending)) & 31]) }
    return String(decoding: text, as: UTF8.self)
  }

  /// Nil on any other character. Lower case is taken too, since people type secrets.
  package static func decode(_ text: String) -> [UInt8]? {
    var digits = Array(text.uppercased().utf8)
    while digits.last == UInt8(ascii: "=") { digits.removeLast() }
    var bytes: [UInt8] = []
    var bits: UInt16 = 0
    var pending = 0
    for digit in digits {
      guard let value = alphabet.firstIndex(of: digit) else { return nil }
      bits = bits << 5 | UInt16(value)
      pending += 5
      if pending >= 8 {
        pending -= 8
        bytes.append(UInt8(truncatingIfNeeded: bits >> UInt16(pending)))
      }
    }
    return bytes
  }
}
