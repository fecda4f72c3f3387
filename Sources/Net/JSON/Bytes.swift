extension [UInt8] {
  /// Appends a copy of the bytes. The one place of this module that opens a span's memory.
  mutating package func append(copying bytes: Span<UInt8>) {
    unsafe bytes.withUnsafeBufferPointer { unsafe append(contentsOf: $0) }
  }

  mutating func append(decimal number: UInt64) {
    var digits = InlineArray<20, UInt8>(repeating: 0)
    var start = 20
    var rest = number
    repeat {
      start -= 1
      digits[start] = UInt8(ascii: "0") + UInt8(truncatingIfNeeded: rest % 10)
      rest /= 10
    } while rest > 0
    append(copying: digits.span.extracting(start..<20))
  }

  /// Appends the text's UTF-8.
  mutating package func append(_ text: String) {
    append(contentsOf: text.utf8)
  }
}
