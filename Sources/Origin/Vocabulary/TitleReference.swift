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
