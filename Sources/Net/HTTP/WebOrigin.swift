/// Where a web page is from, as browsers send it: scheme, host and perhaps a port. Source: RFC 6454 §6.2.
package struct WebOrigin: Hashable, Sendable, CustomStringConvertible {
  package let description: String

  /// Nil for anything else: `*`, `null`, a path behind it, an upper-case letter.
  package init?(_ text: String) {
    let scheme = ["https://", "http://"].first { text.hasPrefix($0) }
    guard let scheme, text == text.lowercased() else { return nil }
    guard Authority.isValid(Array(text.utf8.dropFirst(scheme.utf8.count)).span) else { return nil }
    description = text
  }

  package static let expectation = "origins such as https://films.example, without a path"
}
