internal import Postgres
internal import Routing

/// A title's name in addresses, unique in the catalogue. Never shaped like an id: an address names one or the other.
/// The public routes take 128 characters; a longer one is reached by id.
package struct Slug: ColumnValue {
  package let text: String

  package init?(_ text: String) {
    guard (1...255).contains(text.utf8.count), TitleID(text) == nil else { return nil }
    let words = text.utf8.split(separator: UInt8(ascii: "-"), omittingEmptySubsequences: false)
    guard words.allSatisfy({ !$0.isEmpty && $0.allSatisfy(Self.allows) }) else { return nil }
    self.text = text
  }

  package static let expectation = "words of a-z and 0-9 joined by hyphens, such as big-buck-bunny"
  package static let example = Slug("big-buck-bunny")!

  private static func allows(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"): true
    default: false
    }
  }
}
