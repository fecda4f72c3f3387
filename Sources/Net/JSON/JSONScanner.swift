/// Why a text is not JSON, and at which byte.
package struct JSONError: Error, Hashable, Sendable {
  package let offset: Int
}

/// Reads JSON by pulling: strict RFC 8259, no tree in between. The caller says what it expects, and refuses a name that
/// comes twice where that matters.
///
///     var scanner = JSONScanner()
///     try scanner.object(bytes.span) { scanner, name throws(JSONError) in … scanner.integer(bytes.span) … }
package struct JSONScanner {
  package private(set) var offset = 0
  private var depth = 0
  /// Nested deeper, a document only wants our stack.
  private static let maximumDepth = 64

  package init() {}

  package enum Kind: Sendable { case object, array, string, number, bool, null }

  /// What comes next; white space before it is skipped.
  package mutating func peek(_ bytes: Span<UInt8>) throws(JSONError) -> Kind {
    skipSpace(bytes)
    guard offset < bytes.count else { throw JSONError(offset: offset) }
    switch bytes[offset] {
    case UInt8(ascii: "{"): return .object
    case UInt8(ascii: "["): return .array
    case UInt8(ascii: "\""): return .string
    case UInt8(ascii: "t"), UInt8(ascii: "f"): return .bool
    case UInt8(ascii: "n"): return .null
    case UInt8(ascii: "-"), 0x30...0x39: return .number
    default: throw JSONError(offset: offset)
    }
  }

  /// Calls `member` with each name; it must read, or skip, the value.
  package mutating func object(
    _ bytes: Span<UInt8>, _ member: (inout JSONScanner, String) throws(JSONError) -> Void
  ) throws(JSONError) {
    try list(bytes, open: UInt8(ascii: "{"), close: UInt8(ascii: "}")) { scanner throws(JSONError) in
      let name = try scanner.string(bytes)
      try scanner.expect(UInt8(ascii: ":"), bytes)
      try member(&scanner, name)
    }
  }

  /// Calls `element` at each element; it must read, or skip, it.
  package mutating func array(
    _ bytes: Span<UInt8>, _ element: (inout JSONScanner) throws(JSONError) -> Void
  ) throws(JSONError) {
    try list(bytes, open: UInt8(ascii: "["), close: UInt8(ascii: "]"), element)
  }

  package mutating func bool(_ bytes: Span<UInt8>) throws(JSONError) -> Bool {
    guard try peek(bytes) == .bool else { throw JSONError(offset: offset) }
    let value = bytes[offset] == UInt8(ascii: "t")
    try word(value ? "true" : "false", bytes)
    return value
  }

  package mutating func null(_ bytes: Span<UInt8>) throws(JSONError) {
    guard try peek(bytes) == .null else { throw JSONError(offset: offset) }
    try word("null", bytes)
  }

  /// A whole number; a fraction or an exponent is refused, and so is what does not fit.
  package mutating func integer(_ bytes: Span<UInt8>) throws(JSONError) -> Int {
    let start = try number(bytes)
    guard let value = Int(try text(start..<offset, bytes)) else { throw JSONError(offset: start) }
    return value
  }

  package mutating func double(_ bytes: Span<UInt8>) throws(JSONError) -> Double {
    let start = try number(bytes)
    if let value = bytes.extracting(start..<offset).shortDecimal { return value }
    guard let value = Double(try text(start..<offset, bytes)), value.isFinite else { throw JSONError(offset: start) }
    return value
  }

  /// Reads over one value, checking it.
  package mutating func skip(_ bytes: Span<UInt8>) throws(JSONError) {
    switch try peek(bytes) {
    case .object: try object(bytes) { scanner, _ throws(JSONError) in try scanner.skip(bytes) }
    case .array: try array(bytes) { scanner throws(JSONError) in try scanner.skip(bytes) }
    case .string: _ = try string(bytes)
    case .number: _ = try number(bytes)
    case .bool: _ = try bool(bytes)
    case .null: try null(bytes)
    }
  }

  /// Nothing but white space may follow the document.
  package mutating func end(_ bytes: Span<UInt8>) throws(JSONError) {
    skipSpace(bytes)
    guard offset == bytes.count else { throw JSONError(offset: offset) }
  }

  private mutating func list(
    _ bytes: Span<UInt8>, open: UInt8, close: UInt8, _ element: (inout JSONScanner) throws(JSONError) -> Void
  ) throws(JSONError) {
    try expect(open, bytes)
    depth += 1
    guard depth <= Self.maximumDepth else { throw JSONError(offset: offset) }
    defer { depth -= 1 }
    skipSpace(bytes)
    if offset < bytes.count, bytes[offset] == close {
      offset += 1
      return
    }
    while true {
      skipSpace(bytes)
      try element(&self)
      skipSpace(bytes)
      guard offset < bytes.count else { throw JSONError(offset: offset) }
      offset += 1
      if bytes[offset - 1] == close { return }
      guard bytes[offset - 1] == UInt8(ascii: ",") else { throw JSONError(offset: offset - 1) }
    }
  }
}

/// Tokens.
extension JSONScanner {
  mutating func expect(_ byte: UInt8, _ bytes: Span<UInt8>) throws(JSONError) {
    skipSpace(bytes)
    guard offset < bytes.count, bytes[offset] == byte else { throw JSONError(offset: offset) }
    offset += 1
  }

  mutating func advance() { offset += 1 }

  private mutating func skipSpace(_ bytes: Span<UInt8>) {
    while offset < bytes.count, isSpace(bytes[offset]) { offset += 1 }
  }

  private func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 }

  private mutating func word(_ word: String, _ bytes: Span<UInt8>) throws(JSONError) {
    for byte in word.utf8 {
      guard offset < bytes.count, bytes[offset] == byte else { throw JSONError(offset: offset) }
      offset += 1
    }
  }

  /// Moves over a number by the grammar of RFC 8259 §6; returns where it started.
  private mutating func number(_ bytes: Span<UInt8>) throws(JSONError) -> Int {
    guard try peek(bytes) == .number else { throw JSONError(offset: offset) }
    let start = offset
    if bytes[offset] == UInt8(ascii: "-") { offset += 1 }
    let firstDigit = offset
    try digits(bytes)
    if bytes[firstDigit] == UInt8(ascii: "0"), offset > firstDigit + 1 { throw JSONError(offset: firstDigit) }
    if offset < bytes.count, bytes[offset] == UInt8(ascii: ".") {
      offset += 1
      try digits(bytes)
    }
    if offset < bytes.count, bytes[offset] | 0x20 == UInt8(ascii: "e") {
      offset += 1
      if offset < bytes.count, bytes[offset] == UInt8(ascii: "+") || bytes[offset] == UInt8(ascii: "-") { offset += 1 }
      try digits(bytes)
    }
    return start
  }

  private mutating func digits(_ bytes: Span<UInt8>) throws(JSONError) {
    let start = offset
    while offset < bytes.count, bytes[offset] >= 0x30, bytes[offset] <= 0x39 { offset += 1 }
    guard offset > start else { throw JSONError(offset: offset) }
  }

  /// One copy, and none on the heap up to 15 bytes, as names and numbers are.
  func text(_ range: Range<Int>, _ bytes: Span<UInt8>) throws(JSONError) -> String {
    do { return String(copying: try UTF8Span(validating: bytes.extracting(range))) } catch {
      throw JSONError(offset: range.lowerBound)
    }
  }
}
