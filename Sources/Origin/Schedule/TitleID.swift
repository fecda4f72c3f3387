internal import Postgres
internal import Routing

/// Names a title of the catalogue: a UUID in lower case; upper case is taken and lowered.
package struct TitleID: DomainValue, PostgresEncodable, PostgresDecodable {
  package let text: String

  package init?(_ text: String) {
    let groups = text.utf8.split(separator: UInt8(ascii: "-"), omittingEmptySubsequences: false)
    guard groups.map(\.count) == [8, 4, 4, 4, 12], groups.joined().allSatisfy(Self.isHexDigit) else { return nil }
    self.text = text.lowercased()
  }

  package static let expectation = "a title's id, a UUID"
  package static let example = TitleID("6f1c2a9e-4b7d-4d2e-9a55-0c3f8e1b7a64")!

  private static func isHexDigit(_ byte: UInt8) -> Bool {
    switch byte | 0x20 {
    case UInt8(ascii: "a")...UInt8(ascii: "f"): true
    default: (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
    }
  }
}
