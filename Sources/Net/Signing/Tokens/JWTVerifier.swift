internal import FoundationEssentials

/// Why a token is refused.
package enum JWTRefusal: Error, Equatable, Sendable {
  case malformed
  /// Not the algorithm of our key, `none` included.
  case wrongAlgorithm
  /// `crit`: the token demands what we do not know. RFC 7515 §4.1.11.
  case unsupportedHeader
  case wrongSignature
  case missing(JWTVerifier.Claim)
  case expired
  case notYetValid
  case wrongIssuer
  case wrongAudience
}

/// Checks a compact JSON Web Token (RFC 7519) against one key and one set of expectations.
package struct JWTVerifier: Sendable {
  package enum Claim: String, Sendable { case iss, sub, aud, exp, nbf, iat, jti }

  /// A token longer than this is refused unread, in bytes: it fits no header field anyway.
  private static let sizeLimit = 8 * 1_024

  /// How far behind the clock of whoever made a token ours may be, in seconds. RFC 7519 §4.1.5.
  private static let toleranceSeconds: Int64 = 30

  private let key: JWTKey
  private let issuer: String?
  private let audience: String?
  private let required: [Claim]

  /// Without an `audience`, a token that names one is for someone else. RFC 7519 §4.1.3.
  package init(key: JWTKey, issuer: String? = nil, audience: String? = nil, required: [Claim] = [.exp, .jti]) {
    self.key = key
    self.issuer = issuer
    self.audience = audience
    self.required = required
  }

  package func verify(_ token: String, at unixSeconds: Int64) throws(JWTRefusal) -> JWTClaims {
    let parts = token.split(separator: ".", omittingEmptySubsequences: false)
    guard token.utf8.count <= Self.sizeLimit, parts.count == 3,
      let header = Base64.url.decode(String(parts[0])), let payload = Base64.url.decode(String(parts[1])),
      let signature = Base64.url.decode(String(parts[2]))
    else { throw .malformed }
    try check(header: header)
    guard key.isValid(signature, for: Array("\(parts[0]).\(parts[1])".utf8)) else { throw .wrongSignature }
    guard let claims = JWTClaims(payload: payload) else { throw .malformed }
    try check(claims, at: unixSeconds)
    return claims
  }

  private func check(header: [UInt8]) throws(JWTRefusal) {
    guard let header = try? JSONDecoder().decode(Header.self, from: Data(header)) else { throw .malformed }
    guard header.alg == key.algorithm.rawValue else { throw .wrongAlgorithm }
    guard !header.isCritical, header.typ.map({ $0.uppercased() == "JWT" }) ?? true else { throw .unsupportedHeader }
  }

  private func check(_ claims: JWTClaims, at now: Int64) throws(JWTRefusal) {
    for claim in required where !claims.has(claim) { throw .missing(claim) }
    if let expiresAt = claims.expiresAt, expiresAt <= now { throw .expired }
    let latestStart = now + Self.toleranceSeconds
    if let notBefore = claims.notBefore, notBefore > latestStart { throw .notYetValid }
    if let issuedAt = claims.issuedAt, issuedAt > latestStart { throw .notYetValid }
    if let issuer, claims.issuer != issuer { throw .wrongIssuer }
    if let audience {
      guard claims.audience.contains(audience) else { throw .wrongAudience }
    } else if !claims.audience.isEmpty {
      throw .wrongAudience
    }
  }

  private struct Header: Decodable {
    enum CodingKeys: CodingKey { case alg, typ, crit }

    var alg: String
    var typ: String?
    var isCritical: Bool

    init(from decoder: any Decoder) throws {
      let container = try decoder.container(keyedBy: CodingKeys.self)
      alg = try container.decode(String.self, forKey: .alg)
      typ = try container.decodeIfPresent(String.self, forKey: .typ)
      isCritical = container.contains(.crit)
    }
  }
}
