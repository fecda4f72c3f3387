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
}
