internal import Signing

/// The name of a playback session, and the only right to write to it: 128 random bits when we make it.
package struct SessionID: Hashable, Sendable {
  package let text: String

  /// Of a path: 2 to 128 letters, digits, `_` and `-`.
  package init?(_ text: String) {
    guard (2...128).contains(text.utf8.count), text.utf8.allSatisfy(\.isNameCharacter) else { return nil }
    self.text = text
  }

  private init(random: [UInt8]) { text = Base64.url.encode(random) }

  package static func make() -> SessionID { SessionID(random: RandomBytes.make(16)) }
}

extension UInt8 {
  /// A letter, a digit, `_` or `-`: what ids of sessions and titles are made of.
  var isNameCharacter: Bool {
    switch self {
    case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "A")...UInt8(ascii: "Z"): true
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "_"), UInt8(ascii: "-"): true
    default: false
    }
  }
}
