/// One-dimensional arrays in PostgreSQL's text form, `{"a","b",NULL}`. Source: PostgreSQL manual §8.15.
extension Array: PostgresEncodable where Element: PostgresEncodable {
  package var postgresText: String? {
    var literal = "{"
    for (index, element) in enumerated() {
      if index > 0 { literal.append(",") }
      guard let text = element.postgresText else {
        literal += "NULL"
        continue
      }
      literal.append("\"")
      for scalar in text.unicodeScalars {
        if scalar == "\"" || scalar == "\\" { literal.append("\\") }
        literal.unicodeScalars.append(scalar)
      }
      literal.append("\"")
    }
    return literal + "}"
  }
}

extension Array: PostgresDecodable where Element: PostgresDecodable {
  package init?(postgresText text: String) {
    var scanner = ArrayLiteral(text)
    guard let elements = scanner.elements() else { return nil }
    self = []
    for element in elements {
      guard let value = element.map(Element.init(postgresText:)) ?? Element.ofNull else { return nil }
      append(value)
    }
  }
}

/// Scans one array literal; nested arrays are refused.
private struct ArrayLiteral {
  private let bytes: [UInt8]
  private var position = 0

  init(_ text: String) { bytes = Array(text.utf8) }

  /// The elements' texts, nil for NULL; nil altogether when the literal is malformed.
  mutating func elements() -> [String?]? {
    guard take(UInt8(ascii: "{")) else { return nil }
    if take(UInt8(ascii: "}")) { return position == bytes.count ? [] : nil }
    var elements: [String?] = []
    while true {
      guard let element = element() else { return nil }
      elements.append(element)
      if take(UInt8(ascii: ",")) { continue }
      return take(UInt8(ascii: "}")) && position == bytes.count ? elements : nil
    }
  }

  private mutating func element() -> String?? {
    if take(UInt8(ascii: "\"")) { return quoted().map(Optional.some) }
    let start = position
    while position < bytes.count, ![UInt8(ascii: ","), UInt8(ascii: "}")].contains(bytes[position]) { position += 1 }
    let text = String(decoding: bytes[start..<position], as: UTF8.self)
    if text.isEmpty || text.hasPrefix("{") { return nil }
    return text == "NULL" ? .some(nil) : text
  }

  private mutating func quoted() -> String? {
    var text: [UInt8] = []
    while position < bytes.count {
      if take(UInt8(ascii: "\"")) { return String(decoding: text, as: UTF8.self) }
      if take(UInt8(ascii: "\\")), position == bytes.count { return nil }
      text.append(bytes[position])
      position += 1
    }
    return nil
  }

  private mutating func take(_ byte: UInt8) -> Bool {
    guard position < bytes.count, bytes[position] == byte else { return false }
    position += 1
    return true
  }
}
