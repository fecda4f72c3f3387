/// The 16 hexadecimal digits of a number, in lower case, eight at once.
enum HexDigits {
  static func of(_ number: UInt64) -> InlineArray<16, UInt8> {
    let words = (digits(of: number >> 32).bigEndian, digits(of: number & 0xFFFF_FFFF).bigEndian)
    return unsafe unsafeBitCast(words, to: InlineArray<16, UInt8>.self)
  }

  /// Of 32 bits: each nibble in a byte of its own, then each byte to its digit.
  private static func digits(of half: UInt64) -> UInt64 {
    var nibbles = (half << 16 | half) & 0x0000_FFFF_0000_FFFF
    nibbles = (nibbles << 8 | nibbles) & 0x00FF_00FF_00FF_00FF
    nibbles = (nibbles << 4 | nibbles) & 0x0F0F_0F0F_0F0F_0F0F
    // 1 in each byte above nine: letters lie further on.
    let letters = (nibbles &+ 0x0606_0606_0606_0606) >> 4 & 0x0101_0101_0101_0101
    return nibbles &+ 0x3030_3030_3030_3030 &+ letters &* 0x27
  }
}
