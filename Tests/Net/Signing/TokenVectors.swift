import Support

@testable import Signing

/// Tests/Vectors/tokens.json: what PyJWT, pyotp and argon2-cffi made.
enum TokenVectors {
  struct JWT: Decodable, CustomStringConvertible {
    var alg, note, key: String?
    var token, expect: String
    var description: String { note ?? alg ?? "" }

    var jwtKey: JWTKey? {
      guard let algorithm = alg.flatMap(JWTKey.Algorithm.init(rawValue:)) else { return nil }
      return algorithm == .edDSA
        ? .edDSA(seed: Array(0..<32)) : .symmetric(algorithm, secret: Array((key ?? "").utf8))
    }
  }

  struct TOTP: Decodable {
    var alg, secret_b32, code: String
    var time: Int64
    var digits: Int
    var step: Int64
  }

  struct HOTP: Decodable {
    var secret_b32, code: String
    var counter: UInt64
  }

  struct URI: Decodable {
    struct Parsed: Decodable { var secret, name, issuer: String }
    var uri: String
    var parsed: Parsed
  }

  struct Argon2: Decodable { var password, encoded, expect: String }

  struct Document: Decodable {
    var jwt: [JWT]
    var totp: [TOTP]
    var hotp_rfc4226: [HOTP]
    var otpauth_uri: [URI]
    var argon2: [Argon2]
  }

  static let document = try? Vectors.load("tokens.json", as: Document.self)
  static let jwt = document?.jwt ?? []
  static let totp = document?.totp ?? []
  static let hotp = document?.hotp_rfc4226 ?? []
  static let uris = document?.otpauth_uri ?? []
  static let argon2 = document?.argon2 ?? []
}
