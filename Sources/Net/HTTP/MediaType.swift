/// A media type without its parameters, "text/html" of "Text/HTML; charset=utf-8". Source: RFC 9110 §8.3.1.
package struct MediaType: Hashable, Sendable {
  /// Type and subtype in lower case: "application/json".
  package let essence: String

  package init?(_ text: String) {
    let type = Array(text.utf8.prefix { $0 != UInt8(ascii: ";") }).trimmedOWS
    let sides = type.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
    guard sides.count == 2, sides.allSatisfy({ !$0.isEmpty && $0.allSatisfy(\.isTokenCharacter) }) else { return nil }
    essence = type.map(\.loweredASCII).text
  }

  package init?(_ fields: Fields) {
    guard let text = fields.first(.contentType) else { return nil }
    self.init(text)
  }

  /// JSON, or a type built on it. Source: RFC 6839 §3.1.
  package var isJSON: Bool { essence == "application/json" || essence.hasSuffix("+json") }
}
