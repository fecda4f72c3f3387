/// A media type, such as "text/html; charset=utf-8". Source: RFC 9110 §8.3.1.
package struct MediaType: Hashable, Sendable {
  /// Type and subtype in lower case: "application/json".
  package let essence: String
  /// Names in lower case, in order.
  package let parameters: [Parameter]

  package struct Parameter: Hashable, Sendable {
    package let name: String
    package let value: String
  }

  package init?(_ text: String) {
    let parts = text.split(separator: ";", omittingEmptySubsequences: false).map { Array($0.utf8).trimmedOWS }
    let sides = parts[0].split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
    guard sides.count == 2, sides.allSatisfy({ !$0.isEmpty && $0.allSatisfy(\.isTokenCharacter) }) else { return nil }
    essence = parts[0].map(\.loweredASCII).text
    parameters = parts.dropFirst().compactMap { part in
      guard let equals = part.firstIndex(of: UInt8(ascii: "=")) else { return nil }
      let value = part[(equals + 1)...].filter { $0 != UInt8(ascii: "\"") }
      return Parameter(name: part[..<equals].map(\.loweredASCII).text, value: value.text)
    }
  }

  package init?(_ fields: Fields) {
    guard let text = fields.first(.contentType) else { return nil }
    self.init(text)
  }

  /// JSON, or a type built on it. Source: RFC 6839 §3.1.
  package var isJSON: Bool { essence == "application/json" || essence.hasSuffix("+json") }

  package func parameter(_ name: String) -> String? { parameters.first { $0.name == name }?.value }
}
