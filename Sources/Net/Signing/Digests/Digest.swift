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
    withSpan { Hex.append($0, to: &output) }
  }
}
