internal import Postgres
package import Routing

/// A fresh proof that the caller is who signed in.
package struct Reauthentication: Sendable {
  package let token: String
  package let lifetime: Duration
}

extension AccountRegistry {
  /// Proves the caller by their password. The proof carries a second factor only if the session does.
  package func reauthenticate(_ caller: Caller, password: String) async throws -> Reauthentication {
    let user = try await UserStore.find(id: caller.userId, in: postgres)
    guard try await hasher.verify(password, against: user?.passwordHash) else { throw AccountsError.wrongCredentials }
    return try reauthentication(of: caller, mfa: caller.hasMFA)
  }

  /// Proves the caller by the code of this very moment, which is spent as at a login.
  package func reauthenticate(_ caller: Caller, code: String) async throws -> Reauthentication {
    guard let user = try await UserStore.find(id: caller.userId, in: postgres), user.isMFAEnabled else {
      throw AccountsError.mfaNotSetUp
    }
    guard try await spend(code, of: user, window: 0, in: postgres) else { throw AccountsError.wrongCode }
    return try reauthentication(of: caller, mfa: true)
  }

  /// Whether the proof is this caller's, of this session.
  package func confirm(reauthentication token: String, of caller: Caller) throws(AccountsError) {
    let claims = try tokens.verify(token, as: .reauth)
    guard claims.sub == caller.userId, let sessionID = claims.sessionID, sessionID == caller.sessionId else {
      throw .invalidToken
    }
  }

  /// What is left of a proof's life, if its session is still alive.
  package func inspect(reauthentication token: String) async throws -> Duration {
    let claims = try tokens.verify(token, as: .reauth)
    guard let sessionID = claims.sessionID,
      let found = try await SessionStore.caller(
        sessionID: sessionID, userID: claims.sub, tokenID: claims.jti, in: postgres), found.isActive
    else { throw AccountsError.invalidToken }
    return Timestamp(epochSeconds: claims.exp) - .now
  }

  private func reauthentication(of caller: Caller, mfa: Bool) throws -> Reauthentication {
    guard let sessionID = caller.sessionId else { throw AccountsError.invalidToken }
    let token = try tokens.reauth(userID: caller.userId, sessionID: sessionID, mfa: mfa)
    return Reauthentication(token: token.text, lifetime: TokenMint.reauthLifetime)
  }
}
