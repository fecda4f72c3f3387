/// CDN-Cache-Control and its like: the same directives, as a structured dictionary. Source: RFC 9213, RFC 9651 §3.2.
extension CacheControl {
  /// Nil when the field is missing, empty or not a dictionary: then Cache-Control speaks. Otherwise it replaces
  /// Cache-Control and Expires.
  package init?(targeted fields: Fields, _ name: FieldName = .cdnCacheControl) {
    guard let text = fields.combined(name) else { return nil }
    self.init()
    var rest = Array(text.utf8)[...].trimmedOWS
    guard !rest.isEmpty else { return nil }
    while true {
      guard let name = Self.key(&rest), let value = Self.member(&rest) else { return nil }
      apply(name, value.text)
      rest = rest.drop { $0.isOWS }
      if rest.isEmpty { return }
      guard rest.popFirst() == UInt8(ascii: ",") else { return nil }
      rest = rest.drop { $0.isOWS }
    }
  }

  private struct Member { let text: String? }

  private static func key(_ rest: inout ArraySlice<UInt8>) -> String? {
    let key = rest.prefix { (0x61...0x7A).contains($0) || $0.isDigit || "_-.*".utf8.contains($0) }
    guard let first = key.first, (0x61...0x7A).contains(first) || first == UInt8(ascii: "*") else { return nil }
    rest = rest.dropFirst(key.count)
    return key.text
  }

  /// True, an integer of at most 15 digits, a token or a string. Parameters are not for us: they make the field bad.
  private static func member(_ rest: inout ArraySlice<UInt8>) -> Member? {
    guard rest.first == UInt8(ascii: "=") else { return Member(text: nil) }
    rest = rest.dropFirst()
    let value = rest.prefix { $0.isDigit || $0 == UInt8(ascii: "-") }
    guard !value.isEmpty else { return word(&rest) }
    guard value.count <= 15, value.dropFirst().allSatisfy(\.isDigit), value.last?.isDigit == true else { return nil }
    rest = rest.dropFirst(value.count)
    return Member(text: value.text)
  }

  private static func word(_ rest: inout ArraySlice<UInt8>) -> Member? {
    var word = rest.prefix(while: \.isTokenCharacter)
    if rest.first == UInt8(ascii: "\"") {
      guard let end = rest.dropFirst().firstIndex(of: UInt8(ascii: "\"")) else { return nil }
      word = rest[...end]
    }
    rest = rest.dropFirst(word.count)
    return word.isEmpty ? nil : Member(text: word.text)
  }
}
