/// A hash's result, 16 to 64 bytes, held inline: no allocation until it is turned into text.
package struct Digest: Sendable {
  private var storage = InlineArray<64, UInt8>(repeating: 0)
  package let count: Int

  /// `write` fills the first `count` bytes.
  @safe
  init(count: Int, _ write: (UnsafeMutablePointer<UInt8>) -> Void) {
    self.count = count
    var span = storage.mutableSpan
    unsafe span.withUnsafeMutableBufferPointer { unsafe write($0.baseAddress!) }
  }

  package subscript(index: Int) -> UInt8 {
    precondition(index < count)
    return storage[index]
  }

  package func withSpan<Result>(_ body: (Span<UInt8>) -> Result) -> Result {
    body(storage.span.extracting(0..<count))
  }

  package var bytes: [UInt8] { (0..<count).map { storage[$0] } }

  /// Lower-case hexadecimal.
  package var hex: String { withSpan(Hex.encode) }

  package func appendHex(to output: inout [UInt8]) {
    var text = InlineArray<128, UInt8>(repeating: 0)
    for index in 0..<count {
      text[index * 2] = Hex.digit(storage[index] >> 4)
      text[index * 2 + 1] = Hex.digit(storage[index] & 15)
    }
    output.append(copying: text.span.extracting(0..<count * 2))
  }
}
