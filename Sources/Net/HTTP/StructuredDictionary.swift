/// A dictionary of structured fields, strictly read: one mistake makes all of it void. Parameters are read over.
/// Source: RFC 9651 §3.2, §4.2.
struct StructuredDictionary {
  enum Value: Hashable {
    case flag(Bool)
    case integer(Int)
    case text(String)
    /// Of a type that nobody here asks for.
    case other
  }

  /// In the order of the field; of a key that is doubled, the last.
  private(set) var members: [(key: String, value: Value)] = []

  init?(_ text: some Collection<UInt8>) {
    var reader = StructuredReader(Array(text)[...].trimmedOWS)
    while !reader.isAtEnd {
      guard let key = reader.key(), let value = reader.member() else { return nil }
      members.removeAll { $0.key == key }
      members.append((key, value))
      reader.skipSpace()
      if reader.isAtEnd { return }
      guard reader.take(",") else { return nil }
      reader.skipSpace()
      // A comma promises another member.
      if reader.isAtEnd { return nil }
    }
  }
}

/// Reads structured fields from the left.
private struct StructuredReader {
  private var rest: ArraySlice<UInt8>

  init(_ text: ArraySlice<UInt8>) { rest = text }

  var isAtEnd: Bool { rest.isEmpty }

  mutating func skipSpace() { rest = rest.drop { $0.isOWS } }

  mutating func take(_ character: Unicode.Scalar) -> Bool {
    guard rest.first == UInt8(ascii: character) else { return false }
    rest = rest.dropFirst()
    return true
  }

  mutating func key() -> String? {
    let key = rest.prefix { $0.isLowercaseLetter || $0.isDigit || "_-.*".utf8.contains($0) }
    guard let first = key.first, first.isLowercaseLetter || first == UInt8(ascii: "*") else { return nil }
    rest = rest.dropFirst(key.count)
    return key.text
  }

  /// What stands behind a key: nothing means true.
  mutating func member() -> StructuredDictionary.Value? {
    var value = StructuredDictionary.Value.flag(true)
    if take("=") {
      guard let written = take("(") ? innerList() : item() else { return nil }
      value = written
    }
    return skipParameters() ? value : nil
  }

  private mutating func skipParameters() -> Bool {
    while take(";") {
      rest = rest.drop { $0 == 0x20 }
      guard key() != nil, !take("=") || item() != nil else { return false }
    }
    return true
  }

  private mutating func innerList() -> StructuredDictionary.Value? {
    while true {
      rest = rest.drop { $0 == 0x20 }
      if take(")") { return .other }
      guard item() != nil, skipParameters(), rest.first == 0x20 || rest.first == UInt8(ascii: ")") else { return nil }
    }
  }

  private mutating func item() -> StructuredDictionary.Value? {
    switch rest.first {
    case UInt8(ascii: "\""): return string()
    case UInt8(ascii: "?"): return flag()
    case UInt8(ascii: ":"): return bytes()
    case let first? where first.isDigit || first == UInt8(ascii: "-"): return number()
    case let first? where first.isLetter || first == UInt8(ascii: "*"):
      let token = rest.prefix { $0.isTokenCharacter || $0 == UInt8(ascii: ":") || $0 == UInt8(ascii: "/") }
      rest = rest.dropFirst(token.count)
      return .text(token.text)
    default: return nil
    }
  }

  private mutating func flag() -> StructuredDictionary.Value? {
    rest = rest.dropFirst()
    if take("1") { return .flag(true) }
    return take("0") ? .flag(false) : nil
  }

  private mutating func string() -> StructuredDictionary.Value? {
    rest = rest.dropFirst()
    var text: [UInt8] = []
    while let byte = rest.popFirst() {
      if byte == UInt8(ascii: "\"") { return .text(text.text) }
      guard (0x20...0x7E).contains(byte) else { return nil }
      if byte == UInt8(ascii: "\\") {
        guard let escaped = rest.popFirst(), "\"\\".utf8.contains(escaped) else { return nil }
        text.append(escaped)
      } else {
        text.append(byte)
      }
    }
    return nil
  }

  private mutating func bytes() -> StructuredDictionary.Value? {
    rest = rest.dropFirst()
    let content = rest.prefix { $0.isLetter || $0.isDigit || "+/=".utf8.contains($0) }
    rest = rest.dropFirst(content.count)
    return take(":") ? .other : nil
  }

  /// An integer of at most 15 digits, or a decimal.
  private mutating func number() -> StructuredDictionary.Value? {
    let isNegative = take("-")
    let digits = rest.prefix(while: \.isDigit)
    guard (1...15).contains(digits.count) else { return nil }
    rest = rest.dropFirst(digits.count)
    guard rest.first == UInt8(ascii: ".") else {
      let number = digits.reduce(0) { $0 * 10 + Int($1 - 0x30) }
      return .integer(isNegative ? -number : number)
    }
    rest = rest.dropFirst()
    let fraction = rest.prefix(while: \.isDigit)
    guard digits.count <= 12, (1...3).contains(fraction.count) else { return nil }
    rest = rest.dropFirst(fraction.count)
    return .other
  }
}

extension UInt8 {
  fileprivate var isLowercaseLetter: Bool { (0x61...0x7A).contains(self) }
  fileprivate var isLetter: Bool { (0x41...0x5A).contains(self & 0xDF) && self < 0x80 }
}
