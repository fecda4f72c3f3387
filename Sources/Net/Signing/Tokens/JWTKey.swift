/// A key that is pinned to its algorithm: what a token's header says is compared with it, never believed.
package struct JWTKey: Sendable {
  package enum Algorithm: String, Sendable, CaseIterable {
    case hs256 = "HS256", hs384 = "HS384", hs512 = "HS512", rs256 = "RS256", edDSA = "EdDSA"
  }

  private enum Material: Sendable {
    case hs256(HMAC<SHA256>), hs384(HMAC<SHA384>), hs512(HMAC<SHA512>)
    case asymmetric(AsymmetricKey)
  }

  package let algorithm: Algorithm
  private let material: Material

  private init(_ algorithm: Algorithm, _ material: Material) {
    self.algorithm = algorithm
    self.material = material
  }

  package static func hs256(_ secret: [UInt8]) -> JWTKey { JWTKey(.hs256, .hs256(HMAC(key: secret))) }
  package static func hs384(_ secret: [UInt8]) -> JWTKey { JWTKey(.hs384, .hs384(HMAC(key: secret))) }
  package static func hs512(_ secret: [UInt8]) -> JWTKey { JWTKey(.hs512, .hs512(HMAC(key: secret))) }

  /// The symmetric key of a setting such as `JWT_ALGORITHM`; nil for an algorithm that takes no secret.
  package static func symmetric(_ algorithm: Algorithm, secret: [UInt8]) -> JWTKey? {
    switch algorithm {
    case .hs256: hs256(secret)
    case .hs384: hs384(secret)
    case .hs512: hs512(secret)
    case .rs256, .edDSA: nil
    }
  }

  /// Nil unless `seed` is 32 bytes.
  package static func edDSA(seed: [UInt8]) -> JWTKey? {
    AsymmetricKey(ed25519Seed: seed).map { JWTKey(.edDSA, .asymmetric($0)) }
  }

  /// Nil unless `pem` holds an RSA private key of at least 2 048 bits.
  package static func rs256(privatePEM pem: String) -> JWTKey? {
    AsymmetricKey(rsaPrivatePEM: pem).map { JWTKey(.rs256, .asymmetric($0)) }
  }

  /// Verifies only. Nil unless `pem` holds an RSA public key of at least 2 048 bits.
  package static func rs256(publicPEM pem: String) -> JWTKey? {
    AsymmetricKey(rsaPublicPEM: pem).map { JWTKey(.rs256, .asymmetric($0)) }
  }

  /// Nil if this key only verifies.
  func sign(_ message: [UInt8]) -> [UInt8]? {
    switch material {
    case .hs256(let states): states.sign(message).bytes
    case .hs384(let states): states.sign(message).bytes
    case .hs512(let states): states.sign(message).bytes
    case .asymmetric(let key): key.sign(message)
    }
  }

  func isValid(_ signature: [UInt8], for message: [UInt8]) -> Bool {
    switch material {
    case .hs256(let states): states.isValid(signature, for: message)
    case .hs384(let states): states.isValid(signature, for: message)
    case .hs512(let states): states.isValid(signature, for: message)
    case .asymmetric(let key): key.isValid(signature, for: message)
    }
  }
}
