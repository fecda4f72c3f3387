extension [UInt8] {
  /// Appends a copy of the bytes. The one place of this module that opens a span's memory.
  mutating func append(copying bytes: Span<UInt8>) {
    unsafe bytes.withUnsafeBufferPointer { unsafe append(contentsOf: $0) }
  }
}
