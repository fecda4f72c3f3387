internal import HTTP
internal import Signing

/// The origin's access tokens, checked on the edge by the secret that signs them. The edge does not know when a sign-in
/// has ended: its last token speaks for its user until it expires.
struct AccessTokens {
  private let verifier: JWTVerifier

  init(secret: [UInt8]) {
    verifier = JWTVerifier(key: .hs256(secret), required: [.exp, .jti, .sub])
  }

  /// The user behind the token. A refresh or step-up token, or a challenge, is none.
  ///
  /// - Parameter now: Unix seconds.
  /// - Throws: `Problem` 401.
  func subject(of token: String, at now: Int64) throws(Problem) -> String {
    let claims: JWTClaims
    do throws(JWTRefusal) { claims = try verifier.verify(token, at: now) } catch {
      throw Self.refusal(error == .expired ? "Token has expired." : "Invalid token.")
    }
    let kind = try? claims.decode(Kind.self)
    guard kind?.name == "access", let subject = claims.subject, !subject.isEmpty else {
      throw Self.refusal("Invalid token type.")
    }
    return subject
  }

  private static func refusal(_ detail: String) -> Problem {
    Problem(.unauthorized, detail).with(.wwwAuthenticate, #"Bearer error="invalid_token""#)
  }

  private struct Kind: Decodable {
    let name: String
    enum CodingKeys: String, CodingKey { case name = "token_type" }
  }
}
