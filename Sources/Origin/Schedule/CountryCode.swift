internal import Postgres
internal import Routing
internal import Vocabulary

/// A country by its ISO 3166-1 alpha-2 code, in capital letters; small ones are taken and raised. Never `XX` or `ZZ`,
/// which mean "unknown".
package struct CountryCode: ColumnValue {
  package let text: String

  package init?(_ text: String) {
    let letters = UInt8(ascii: "a")...UInt8(ascii: "z")
    guard text.utf8.count == 2, text.utf8.allSatisfy({ letters.contains($0 | 0x20) }) else { return nil }
    self.text = text.uppercased()
    if self.text == "XX" || self.text == "ZZ" { return nil }
  }

  package static let expectation = "a country's two letters (ISO 3166-1 alpha-2), such as DE"
  package static let example = CountryCode("DE")!
}
