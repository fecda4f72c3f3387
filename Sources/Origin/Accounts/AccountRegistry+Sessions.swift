internal import Postgres
package import Routing

extension AccountRegistry {
  /// Trades a refresh token for the next pair. One that comes a second time is in two hands: its family ends.
  package func refresh(_ token: String, from source: SignInSource) async throws -> TokenPair {
    let claims = try tokens.verify(token, as: .refresh)
    // Revoking has to be committed, so reuse may not throw inside.
    let outcome: Result<TokenPair, AccountsError> = try await postgres.transaction { transaction in
      switch try await SessionStore.spend(jti: claims.jti, digest: TokenMint.digest(of: token), in: transaction) {
      case .spent(let sessionID, let userID, let mfa):
        try await SessionStore.touch(sessionID, from: source, in: transaction)
        return .success(
          try await self.issue(
            to: userID, sessionID: sessionID, mfa: mfa, replacing: claims.jti, in: transaction))
      case .reused(let sessionID):
        try await SessionStore.revoke(sessionID, because: "reuse", in: transaction)
        return .failure(.tokenReused)
      case .invalid: return .failure(.invalidToken)
      }
    }
    return try outcome.get()
  }

  /// Ends the session of a refresh token, or all of its user's. The user's id.
  @discardableResult
  package func logOut(_ token: String, everywhere: Bool) async throws -> String {
    let claims = try tokens.verify(token, as: .refresh)
    let found = try await SessionStore.find(jti: claims.jti, digest: TokenMint.digest(of: token), in: postgres)
    guard let session = found else { throw AccountsError.invalidToken }
    if everywhere {
      try await SessionStore.revokeAll(of: session.userID, because: "logout", in: postgres)
    } else {
      try await SessionStore.revoke(session.id, because: "logout", in: postgres)
    }
    return session.userID
  }

  /// Ends all sessions of a user: one's own, or anyone's for a superuser. The number that ended.
  package func revokeSessions(of userID: String, by caller: Caller) async throws -> Int {
    guard caller.userId == userID || caller.role == .superuser else { throw AccountsError.notPermitted }
    return try await SessionStore.revokeAll(
      of: userID, because: caller.userId == userID ? "logout" : "admin", in: postgres)
  }
}
