/// A reflected CRC with all-ones start and final inversion, over a table of 256 words.
struct CyclicRedundancy<Word: FixedWidthInteger & UnsignedInteger & Sendable>: Sendable {
  private let table: [Word]
  private var remainder = Word.max

  /// `polynomial` with its bits reversed, as tables for little-endian machines have it.
  init(polynomial: Word) {
    table = (0..<256).map { index in
      var word = Word(index)
      for _ in 0..<8 { word = word & 1 == 1 ? word >> 1 ^ polynomial : word >> 1 }
      return word
    }
  }

  mutating func update(_ bytes: Span<UInt8>) {
    for index in bytes.indices {
      remainder = table[Int(truncatingIfNeeded: remainder ^ Word(bytes[index])) & 0xFF] ^ remainder >> 8
    }
  }

  /// Most significant byte first, as S3 encodes it.
  var bytes: [UInt8] {
    let value = ~remainder
    return stride(from: Word.bitWidth - 8, through: 0, by: -8).map { UInt8(truncatingIfNeeded: value >> Word($0)) }
  }
}
