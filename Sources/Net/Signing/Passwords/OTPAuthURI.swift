/// The address behind the QR code by which an authenticator app learns a secret.
/// Source: Google Authenticator, "Key Uri Format".
package struct OTPAuthURI: Equatable, Sendable {
  /// Base32.
  package var secret: String
  package var name: String
  package var issuer: String

  package init(secret: String, name: String, issuer: String) {
    self.secret = secret
    self.name = name
    self.issuer = issuer
  }

  package var text: String {
    let issuer = PercentEncoding.encode(issuer)
    return "otpauth://totp/\(issuer):\(PercentEncoding.encode(name))?secret=\(secret)&issuer=\(issuer)"
  }

  /// Nil unless it is a time-based one whose two issuers agree.
  package init?(parsing text: String) {
    let prefix = "otpauth://totp/"
    guard text.hasPrefix(prefix), let question = text.firstIndex(of: "?") else { return nil }
    let label = text[..<question].dropFirst(prefix.count).split(separator: ":", maxSplits: 1)
    var parameters: [Substring: String] = [:]
    for item in text[question...].dropFirst().split(separator: "&") {
      let parts = item.split(separator: "=", maxSplits: 1)
      guard parts.count == 2, let value = Self.decode(parts[1]),
        parameters.updateValue(value, forKey: parts[0]) == nil
      else { return nil }
    }
    guard label.count == 2, let issuer = Self.decode(label[0]), let name = Self.decode(label[1]),
      let secret = parameters["secret"], parameters["issuer"] ?? issuer == issuer
    else { return nil }
    self.init(secret: secret, name: name, issuer: issuer)
  }

  private static func decode(_ text: Substring) -> String? {
    PercentEncoding.decode(text).flatMap { String(validating: $0, as: UTF8.self) }
  }
}
