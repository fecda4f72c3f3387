internal import Signing

/// The name of a playback session, and the only right to write to it: 128 random bits when we make it.
package struct SessionID: Hashable, Sendable {
  package let text: String

  /// Of a path: 2 to 128 letters, digits, `_` and `-`.
  package init?(_ text: String) {
    guard (2...128).contains(text.utf8.count), text.isOfNameCharacters else { return nil }
    self.text = text
  }

  private init(random: [UInt8]) { text = Base64.url.encode(random) }

  package static func make() -> SessionID { SessionID(random: RandomBytes.make(16)) }
}
