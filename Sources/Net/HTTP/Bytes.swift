/// What HTTP needs of bytes: comparison with ASCII text, and appending without a copy in between.

extension Span<UInt8> {
  package func equals(_ text: StaticString) -> Bool {
    guard count == text.utf8CodeUnitCount else { return false }
    let start = unsafe text.utf8Start
    for index in indices where unsafe self[index] != start[index] { return false }
    return true
  }

  /// ASCII letters compare alike in both cases; `lowered` is lower-case already.
  package func equalsIgnoringCase(_ lowered: Span<UInt8>) -> Bool {
    guard count == lowered.count else { return false }
    guard count >= 8 else {
      for index in indices where self[index].loweredASCII != lowered[index] { return false }
      return true
    }
    for start in stride(from: 0, to: count, by: 8) {
      // The last eight overlap those before them.
      let place = min(start, count - 8)
      let word = unsafe bytes.unsafeLoadUnaligned(fromByteOffset: place, as: UInt64.self)
      let other = unsafe lowered.bytes.unsafeLoadUnaligned(fromByteOffset: place, as: UInt64.self)
      if word != other, word.loweredASCII != other { return false }
    }
    return true
  }

  package func equalsIgnoringCase(_ lowered: StaticString) -> Bool {
    let text = unsafe UnsafeBufferPointer(start: lowered.utf8Start, count: lowered.utf8CodeUnitCount)
    return equalsIgnoringCase(unsafe text.span)
  }

  /// Eight bytes at a time: a head is searched for the ends of its lines.
  package func firstIndex(of byte: UInt8, from start: Int = 0) -> Int? {
    var index = start
    let pattern = UInt64(byte) &* 0x0101_0101_0101_0101
    while index + 8 <= count {
      let word = unsafe bytes.unsafeLoadUnaligned(fromByteOffset: index, as: UInt64.self) ^ pattern
      // The lowest byte that is zero has its high bit set here; none below it has.
      let zeros = (word &- 0x0101_0101_0101_0101) & ~word & 0x8080_8080_8080_8080
      if zeros != 0 { return index + zeros.trailingZeroBitCount / 8 }
      index += 8
    }
    while index < count {
      if self[index] == byte { return index }
      index += 1
    }
    return nil
  }
}

extension [UInt8] {
  /// Appends a copy of the bytes. The one place of this module that opens a span's memory.
  package mutating func append(copying bytes: Span<UInt8>) {
    unsafe bytes.withUnsafeBufferPointer { unsafe append(contentsOf: $0) }
  }

  package mutating func append(_ text: String) {
    append(copying: text.utf8Span.span)
  }

  /// Text of the source: no question about its storage.
  package mutating func append(literal text: StaticString) {
    unsafe append(contentsOf: UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
  }

  package mutating func append(decimal number: Int) {
    append(addingCapacity: 20) { $0.append(decimal: number) }
  }
}

/// Room that is there already.
extension OutputSpan<UInt8> {
  package mutating func append(_ bytes: [UInt8]) { append(copying: bytes.span) }

  package mutating func append(copying bytes: Span<UInt8>) {
    unsafe bytes.withUnsafeBufferPointer { unsafe append(copying: $0) }
  }

  package mutating func append(_ text: StaticString) {
    unsafe append(copying: UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
  }

  private mutating func append(copying bytes: UnsafeBufferPointer<UInt8>) {
    precondition(bytes.count <= freeCapacity, "the room for a head is smaller than the head")
    unsafe withUnsafeMutableBufferPointer { room, count in
      unsafe _ = UnsafeMutableBufferPointer(rebasing: room[count...]).initialize(fromContentsOf: bytes)
      count += bytes.count
    }
  }

  /// At most 20 bytes.
  package mutating func append(decimal number: Int) {
    var digits = InlineArray<20, UInt8>(repeating: UInt8(ascii: "-"))
    var start = 20
    var rest = number.magnitude
    repeat {
      start -= 1
      digits[start] = UInt8(ascii: "0") + UInt8(truncatingIfNeeded: rest % 10)
      rest /= 10
    } while rest > 0
    if number < 0 { start -= 1 }
    append(copying: digits.span.extracting(start..<20))
  }
}

extension Collection<UInt8> {
  /// The bytes as text; what is not UTF-8 becomes U+FFFD.
  package var text: String { String(decoding: self, as: UTF8.self) }
}

extension BidirectionalCollection<UInt8> {
  /// Without the spaces and tabs at both ends. Source: RFC 9110 §5.6.3.
  package var trimmedOWS: SubSequence {
    let isText = { (byte: UInt8) in byte != 0x20 && byte != 0x09 }
    guard let first = firstIndex(where: isText), let last = lastIndex(where: isText) else { return self[endIndex...] }
    return self[first...last]
  }
}

extension UInt64 {
  /// Of eight characters.
  fileprivate var loweredASCII: UInt64 {
    let ones: UInt64 = 0x0101_0101_0101_0101
    let low = self & 0x7F7F_7F7F_7F7F_7F7F
    // The high bit of each byte that is at least "A", and not beyond "Z", and ASCII.
    let letters = (low &+ ones &* (0x80 - 0x41)) & ~(low &+ ones &* (0x80 - 0x5B)) & ~self & 0x8080_8080_8080_8080
    return self | letters >> 2
  }
}

extension UInt8 {
  package var loweredASCII: UInt8 { self >= 0x41 && self <= 0x5A ? self | 0x20 : self }
  package var isDigit: Bool { self >= 0x30 && self <= 0x39 }

  /// The value of a hexadecimal digit, in either case.
  package var hexValue: UInt8? {
    switch self {
    case 0x30...0x39: self - 0x30
    case 0x41...0x46: self - 0x37
    case 0x61...0x66: self - 0x57
    default: nil
    }
  }

  /// A character of a token. Source: RFC 9110 §5.6.2.
  package var isTokenCharacter: Bool {
    // One bit a character of ASCII: letters, digits, !#$%&'*+-.^_`|~
    let bits: UInt64 = self < 64 ? 0x03ff_6cfa_0000_0000 : 0x57ff_ffff_c7ff_fffe
    return self < 128 && bits >> UInt64(self & 63) & 1 == 1
  }

  /// May stand in a field's value: HTAB, SP, VCHAR or obs-text. Source: RFC 9110 §5.5.
  package var isFieldValueCharacter: Bool { self >= 0x20 && self != 0x7F || self == 0x09 }
}
