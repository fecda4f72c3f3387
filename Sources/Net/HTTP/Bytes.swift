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
    for index in indices where self[index].loweredASCII != lowered[index] { return false }
    return true
  }

  package func equalsIgnoringCase(_ lowered: String) -> Bool {
    equalsIgnoringCase(lowered.utf8Span.span)
  }

  package func firstIndex(of byte: UInt8, from start: Int = 0) -> Int? {
    var index = start
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

  package mutating func appendDecimal(_ number: Int) {
    precondition(number >= 0)
    var divisor = 1
    while number / divisor >= 10 { divisor *= 10 }
    while divisor > 0 {
      append(UInt8(ascii: "0") + UInt8(number / divisor % 10))
      divisor /= 10
    }
  }
}

extension Collection<UInt8> {
  /// The bytes as text; what is not UTF-8 becomes U+FFFD.
  package var text: String { String(decoding: self, as: UTF8.self) }

  package var trimmedOWS: SubSequence {
    var rest = self[...]
    while let first = rest.first, first == 0x20 || first == 0x09 { rest = rest.dropFirst() }
    var end = rest.endIndex
    var index = rest.startIndex
    var lastText = rest.startIndex
    while index != end {
      if rest[index] != 0x20 && rest[index] != 0x09 { lastText = rest.index(after: index) }
      index = rest.index(after: index)
    }
    end = lastText
    return rest[..<end]
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
    switch self {
    case 0x30...0x39, 0x41...0x5A, 0x5E...0x7A, 0x21, 0x23...0x27, 0x2A, 0x2B, 0x2D, 0x2E, 0x7C, 0x7E: true
    default: false
    }
  }

  /// May stand in a field's value: HTAB, SP, VCHAR or obs-text. Source: RFC 9110 §5.5.
  package var isFieldValueCharacter: Bool { self >= 0x20 && self != 0x7F || self == 0x09 }
}
