/// A one-time token as a player sends it. What cannot be one never reaches Redis.
package struct DownloadToken: Equatable {
  /// 16 to 128 letters, digits, `_` and `-`: 96 bits or more, in hexadecimal or base64url.
  package let text: String

  package init?(_ text: String) {
    guard (16...128).contains(text.utf8.count), text.utf8.allSatisfy(Self.isAllowed) else { return nil }
    self.text = text
  }

  private static func isAllowed(_ byte: UInt8) -> Bool {
    switch byte {
    case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, UInt8(ascii: "_"), UInt8(ascii: "-"): true
    default: false
    }
  }
}
