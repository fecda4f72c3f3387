internal import Signing

/// Keeps what authenticator apps share with us unreadable at rest: whoever reads the database can make no code.
struct SecretSeal {
  private let key: HMAC<SHA256>

  /// - Parameter secret: the server's, `JWT_SECRET_KEY`; under another one nothing opens.
  init(_ secret: [UInt8]) { key = HMAC(key: HMAC<SHA256>(key: secret).sign("totp secrets")) }

  /// One user's never opens as another's.
  func seal(_ secret: String, of userID: String) -> String {
    Hex.encode(cipher(of: userID).seal(Array(secret.utf8)))
  }

  func open(_ sealed: String, of userID: String) -> String? {
    Hex.decode(sealed).flatMap { cipher(of: userID).open($0) }.map { String(decoding: $0, as: UTF8.self) }
  }

  private func cipher(of userID: String) -> AuthenticatedCipher { AuthenticatedCipher(key: key.sign(userID)) }
}
