internal import FoundationEssentials
internal import HTTP
internal import Postgres
internal import Signing

/// Makes and checks the four kinds of tokens.
struct TokenMint {
  /// A signed token and what is kept about it.
  struct Minted {
    let text: String
    let jti: String
    let expires: Timestamp
  }

  static let reauthLifetime: Duration = .seconds(5 * 60)
  private static let challengeLifetime: Duration = .seconds(5 * 60)
  private static let challengeIssuer = "moviesnow"
  private static let challengeAudience = "moviesnow-clients"

  private let settings: AccountsSettings
  private let signer: JWTSigner
  private let verifier: JWTVerifier
  private let challengeVerifier: JWTVerifier

  init(_ settings: AccountsSettings) {
    let key = JWTKey.hs256(settings.tokenSecret)
    self.settings = settings
    signer = JWTSigner(key: key)
    verifier = JWTVerifier(key: key, required: [.exp, .jti, .sub])
    challengeVerifier = JWTVerifier(
      key: key, issuer: Self.challengeIssuer, audience: Self.challengeAudience, required: [.exp, .jti, .sub])
  }

  func access(userID: String, sessionID: String, mfa: Bool) throws -> Minted {
    var claims = claims(.access, userID, for: settings.accessLifetime)
    claims.mfaAuthenticated = mfa
    claims.sessionID = sessionID
    return try mint(claims)
  }

  func refresh(userID: String, sessionID: String, replacing parent: String? = nil) throws -> Minted {
    var claims = claims(.refresh, userID, for: settings.refreshLifetime)
    claims.sessionID = sessionID
    claims.parent = parent
    return try mint(claims)
  }

  /// A fresh proof of who is there, for this session alone.
  func reauth(userID: String, sessionID: String, mfa: Bool) throws -> Minted {
    var claims = claims(.reauth, userID, for: Self.reauthLifetime)
    claims.mfaAuthenticated = mfa
    claims.sessionID = sessionID
    return try mint(claims)
  }

  func challenge(userID: String) throws -> Minted {
    var claims = claims(.challenge, userID, for: Self.challengeLifetime)
    claims.iss = Self.challengeIssuer
    claims.aud = Self.challengeAudience
    claims.typ = "mfa"
    claims.type = "mfa_token"
    claims.mfaPending = true
    return try mint(claims)
  }

  /// Throws unless the token is ours, in time, and of this kind: a challenge never passes for access.
  func verify(_ token: String, as kind: TokenClaims.Kind) throws(AccountsError) -> TokenClaims {
    let verifier = kind == .challenge ? challengeVerifier : verifier
    do {
      let claims = try verifier.verify(token, at: Timestamp.now.epochSeconds).decode(TokenClaims.self)
      if claims.kind == kind { return claims }
    } catch {}
    throw .invalidToken
  }

  /// What is stored in a token's place.
  static func digest(of token: String) -> String { SHA256.hash(token).hex }

  private func claims(_ kind: TokenClaims.Kind, _ userID: String, for lifetime: Duration) -> TokenClaims {
    let now = Timestamp.now
    return TokenClaims(
      sub: userID, jti: UUIDv4.random().description, iat: now.epochSeconds, nbf: now.epochSeconds,
      exp: (now + lifetime).epochSeconds, kind: kind)
  }

  private func mint(_ claims: TokenClaims) throws -> Minted {
    let text = signer.sign(claims: Array(try JSONEncoder().encode(claims)))
    return Minted(text: text, jti: claims.jti, expires: Timestamp(epochSeconds: claims.exp))
  }
}
