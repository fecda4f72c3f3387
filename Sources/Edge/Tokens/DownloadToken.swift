/// A one-time token as a player sends it. What cannot be one never reaches Redis.
package struct DownloadToken: Equatable {
  /// 16 to 128 letters, digits, `_` and `-`: 96 bits or more, in hexadecimal or base64url.
  package let text: String

  package init?(_ text: String) {
    guard (16...128).contains(text.utf8.count), text.isOfNameCharacters else { return nil }
    self.text = text
  }
}
