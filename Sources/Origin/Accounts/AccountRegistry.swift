package import Loop
package import Postgres
package import Routing

/// One loop's accounts: who may sign in, and whose token is whose. Each flow is in a file of its own.
package final class AccountRegistry {
  let postgres: PostgresPool
  let settings: AccountsSettings
  let hasher: PasswordHasher
  let tokens: TokenMint
  let seal: SecretSeal

  package init(on loop: EventLoop, _ postgres: PostgresPool, _ settings: AccountsSettings) {
    self.postgres = postgres
    self.settings = settings
    hasher = PasswordHasher(on: loop)
    tokens = TokenMint(settings)
    seal = SecretSeal(settings.tokenSecret)
  }

  /// Who a bearer token speaks for. Its session has to be alive: logout, reuse and deactivation end it at once.
  package func authenticate(_ accessToken: String) async throws -> Caller {
    let claims = try tokens.verify(accessToken, as: .access)
    guard let sessionID = claims.sessionID,
      let found = try await SessionStore.caller(
        sessionID: sessionID, userID: claims.sub, tokenID: claims.jti, in: postgres)
    else { throw AccountsError.invalidToken }
    guard found.isActive else { throw AccountsError.deactivated }
    return found.caller
  }

  /// Opens a session, with the first refresh token of its family.
  func openSession(
    for userID: String, mfa: Bool, from source: SignInSource, in transaction: PostgresTransaction
  ) async throws -> TokenPair {
    let sessionID = try await SessionStore.open(userID: userID, mfa: mfa, from: source, in: transaction)
    return try await issue(to: userID, sessionID: sessionID, mfa: mfa, in: transaction)
  }

  func issue(
    to userID: String, sessionID: String, mfa: Bool, replacing parent: String? = nil,
    in transaction: PostgresTransaction
  ) async throws -> TokenPair {
    let refresh = try tokens.refresh(userID: userID, sessionID: sessionID, replacing: parent)
    try await SessionStore.add(
      jti: refresh.jti, digest: TokenMint.digest(of: refresh.text), to: sessionID, expires: refresh.expires,
      in: transaction)
    let access = try tokens.access(userID: userID, sessionID: sessionID, mfa: mfa)
    return TokenPair(
      userID: userID, access: access.text, refresh: refresh.text, refreshExpires: refresh.expires)
  }
}

/// What a sign-in gives.
package struct TokenPair: Sendable {
  package let userID: String
  package let access: String
  package let refresh: String
  package let refreshExpires: Timestamp
}
