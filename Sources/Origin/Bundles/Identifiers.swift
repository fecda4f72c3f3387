internal import Postgres
internal import Routing

// All are UUIDs in lower case; upper case is taken and lowered.

/// Names a title of the catalogue.
package struct TitleID: DomainValue, PostgresEncodable, PostgresDecodable {
  package let text: String

  package init?(_ text: String) {
    guard let text = canonicalUUID(text) else { return nil }
    self.text = text
  }

  package static let expectation = "a title's id, a UUID"
  package static let example = TitleID("6f1c2a9e-4b7d-4d2e-9a55-0c3f8e1b7a64")!
}

/// Names an episode. Episodes have no table yet: it need not exist.
package struct EpisodeID: DomainValue, PostgresEncodable, PostgresDecodable {
  package let text: String

  package init?(_ text: String) {
    guard let text = canonicalUUID(text) else { return nil }
    self.text = text
  }

  package static let expectation = "an episode's id, a UUID"
  package static let example = EpisodeID("0e6a7c15-93d4-4f1e-8a0b-5d2c9f4e7b31")!
}

package struct BundleID: DomainValue, PostgresEncodable, PostgresDecodable {
  package let text: String

  package init?(_ text: String) {
    guard let text = canonicalUUID(text) else { return nil }
    self.text = text
  }

  package static let expectation = "a bundle's id, a UUID"
  package static let example = BundleID("c2b7f0d4-1a3e-4c59-8f6d-7e9a0b1c2d3e")!
}

private func canonicalUUID(_ text: String) -> String? {
  let groups = text.utf8.split(separator: UInt8(ascii: "-"), omittingEmptySubsequences: false)
  guard groups.map(\.count) == [8, 4, 4, 4, 12], groups.joined().allSatisfy(isHexDigit) else { return nil }
  return text.lowercased()
}

private func isHexDigit(_ byte: UInt8) -> Bool {
  switch byte | 0x20 {
  case UInt8(ascii: "a")...UInt8(ascii: "f"): true
  default: (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
  }
}
