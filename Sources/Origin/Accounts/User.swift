internal import Postgres
internal import Routing

/// An account, as a flow reads it before it decides.
struct User {
  let id: String
  let email: Email
  let role: Role
  let isActive: Bool
  let isVerified: Bool
  let passwordHash: String
  /// Opened by `SecretSeal`; pending as long as `isMFAEnabled` is false.
  let sealedTOTPSecret: String?
  let isMFAEnabled: Bool

  init(_ row: Row) throws(PostgresError) {
    id = try row.get("id")
    email = try row.get("email")
    role = try row.get("role")
    isActive = try row.get("is_active")
    isVerified = try row.get("is_verified")
    passwordHash = try row.get("password_hash")
    sealedTOTPSecret = try row.get("totp_secret")
    isMFAEnabled = try row.get("is_mfa_enabled")
  }
}

/// Where a request came from, kept with the session for its owner to see.
package struct SignInSource: Sendable {
  package var address: String?
  package var userAgent: String?

  package init(address: String? = nil, userAgent: String? = nil) {
    self.address = address
    // Longer ones are noise: the longest real one has some 300 bytes.
    self.userAgent = userAgent.map { String($0.prefix(512)) }
  }
}
