internal import HTTP
internal import KeyPatterns
internal import Publication
package import Settings

/// The keys whose URLs only a one-time token buys.
package struct TokenRequirement: Sendable {
  private let patterns: [KeyPattern]

  /// `DELIVERY_REQUIRE_TOKEN`. Problems are left with the reader.
  package init(_ reader: SettingsReader) {
    let name = "DELIVERY_REQUIRE_TOKEN"
    patterns = reader.list(name).compactMap { text in
      do throws(KeyPatternMalformed) { return try KeyPattern(text) } catch {
        let expected = "patterns of keys, such as bundles/**.zip"
        reader.report(SettingProblem(key: name, value: text, expected: expected, hint: "\(error)"))
        return nil
      }
    }
  }

  /// - Throws: `Problem` 401 when the key needs a token and there is none.
  func check(_ wanted: IssuanceRequest) throws(Problem) {
    guard wanted.token == nil, covers(wanted.key) else { return }
    throw Problem(.unauthorized, "This key needs a token").with(.wwwAuthenticate, "Token")
  }

  private func covers(_ key: StorageKey) -> Bool {
    if patterns.isEmpty { return false }
    let bytes = key.text.utf8Span.span
    return patterns.contains { $0.matches(bytes) }
  }
}
