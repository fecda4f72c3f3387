/// What our tokens say. Source: contract/behaviours.md §C; times are whole seconds since 1970.
struct TokenClaims: Codable {
  enum Kind: String, Codable { case access, refresh, reauth, challenge = "mfa" }

  var sub: String
  var jti: String
  var iat: Int64
  var nbf: Int64
  var exp: Int64
  var kind: Kind
  var mfaAuthenticated: Bool?
  var sessionID: String?
  /// The refresh token that this one replaces.
  var parent: String?

  // Only a challenge has these: other services of the contract read them.
  var iss: String?
  var aud: String?
  var typ: String?
  var type: String?
  var mfaPending: Bool?

  enum CodingKeys: String, CodingKey {
    case sub, jti, iat, nbf, exp, iss, aud, typ, type
    case kind = "token_type"
    case mfaAuthenticated = "mfa_authenticated"
    case sessionID = "session_id"
    case parent = "parent_jti"
    case mfaPending = "mfa_pending"
  }
}
