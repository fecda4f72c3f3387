internal import Signing

/// The name of a playback session, and the only right to write to it: 128 random bits when we make it.
package struct SessionID: Hashable, Sendable {
  package let text: String

  /// Of a path: 2 to 128 letters, digits, `_` and `-`.
  package init?(_ text: String) {
    guard (2...128).contains(text.utf8.count), text.utf8.allSatisfy(Self.isAllowed) else { return nil }
    self.text = text
  }

  private init(random: [UInt8]) { text = Base64.url.encode(random) }

  package static func make() -> SessionID { SessionID(random: RandomBytes.make(16)) }

  private static func isAllowed(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "A")...UInt8(ascii: "Z"): true
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "_"), UInt8(ascii: "-"): true
    default: false
    }
  }
}

/// Whose session it is.
package enum Viewer: Hashable, Sendable {
  case user(String)
  case anonymous(String)

  /// The same client keeps its name within one salt, and the name tells nothing about its address.
  package static func anonymous(salt: [UInt8], address: String, userAgent: String) -> Viewer {
    let digest = SHA256.hash(salt + Array("|\(address)|\(userAgent)".utf8))
    return .anonymous(String(digest.hex.prefix(32)))
  }

  var userID: String? { if case .user(let id) = self { id } else { nil } }
  var anonymousID: String? { if case .anonymous(let id) = self { id } else { nil } }
}
