internal import FoundationEssentials

/// The registered claims of a token (RFC 7519 §4.1), its times in seconds since 1970, and its payload for the rest.
package struct JWTClaims: Sendable {
  package let issuer: String?
  package let subject: String?
  package let audience: [String]
  package let expiresAt: Int64?
  package let notBefore: Int64?
  package let issuedAt: Int64?
  package let id: String?
  /// The JSON that was signed.
  package let payload: [UInt8]

  init?(payload: [UInt8]) {
    guard let claims = try? JSONDecoder().decode(Registered.self, from: Data(payload)) else { return nil }
    issuer = claims.iss
    subject = claims.sub
    audience = claims.aud?.names ?? []
    expiresAt = claims.exp
    notBefore = claims.nbf
    issuedAt = claims.iat
    id = claims.jti
    self.payload = payload
  }

  /// The payload as a type of the caller's, for claims of its own.
  package func decode<Content: Decodable>(_ type: Content.Type = Content.self) throws -> Content {
    try JSONDecoder().decode(Content.self, from: Data(payload))
  }

  /// The claims that a verifier can require, by the names of the RFC.
  func has(_ name: JWTVerifier.Claim) -> Bool {
    switch name {
    case .iss: issuer != nil
    case .sub: subject != nil
    case .aud: !audience.isEmpty
    case .exp: expiresAt != nil
    case .nbf: notBefore != nil
    case .iat: issuedAt != nil
    case .jti: id != nil
    }
  }

  private struct Registered: Decodable {
    var iss, sub, jti: String?
    var aud: Audience?
    var exp, nbf, iat: Int64?
  }

  /// One name or several.
  private struct Audience: Decodable {
    var names: [String]

    init(from decoder: any Decoder) throws {
      let container = try decoder.singleValueContainer()
      if let name = try? container.decode(String.self) {
        names = [name]
      } else {
        names = try container.decode([String].self)
      }
    }
  }
}
