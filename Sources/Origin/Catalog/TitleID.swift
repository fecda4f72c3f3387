internal import Postgres
internal import Routing

/// A UUID in lower case; upper case is taken and lowered.
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

/// What a public address calls a title.
package enum TitleReference: Hashable, Sendable {
  case id(TitleID)
  case slug(Slug)
  /// Well formed, and no title can be called so.
  case unknown

  /// `[A-Za-z0-9_-]{1,128}`; nil for anything else.
  package init?(_ text: String) {
    guard (1...128).contains(text.utf8.count), text.utf8.allSatisfy(Self.allows) else { return nil }
    if let id = TitleID(text) {
      self = .id(id)
    } else if let slug = Slug(text.lowercased()) {
      self = .slug(slug)
    } else {
      self = .unknown
    }
  }

  private static func allows(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"): true
    case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "-"): true
    default: false
    }
  }
}
