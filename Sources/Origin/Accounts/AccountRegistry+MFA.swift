internal import Postgres
package import Routing
package import Signing

extension AccountRegistry {
  private static let issuer = "MoviesNow"

  /// A new secret, pending until a code of it is shown.
  package func beginMFA(for caller: Caller) async throws -> OTPAuthURI {
    let secret = Base32.encode(RandomBytes.make(20))
    guard
      try await UserStore.setPendingSecret(
        seal.seal(secret, of: caller.userId), of: caller.userId, in: postgres)
    else {
      throw AccountsError.mfaAlreadyEnabled
    }
    return OTPAuthURI(secret: secret, name: caller.email, issuer: Self.issuer)
  }

  /// Turns the second factor on. Sessions from before stay without it; the challenge leads to one that has it.
  package func confirmMFA(code: String, for caller: Caller) async throws -> String {
    try await postgres.transaction { transaction in
      // Locked: the secret that is enabled is the one whose code was shown.
      guard let user = try await UserStore.lock(id: caller.userId, in: transaction), user.sealedTOTPSecret != nil else {
        throw AccountsError.mfaNotSetUp
      }
      guard !user.isMFAEnabled else { throw AccountsError.mfaAlreadyEnabled }
      guard try await self.spend(code, of: user, in: transaction) else { throw AccountsError.wrongCode }
      try await UserStore.enableMFA(of: user.id, in: transaction)
    }
    return try await challenge(caller.userId)
  }

  package func disableMFA(password: String, for caller: Caller) async throws {
    guard let user = try await UserStore.find(id: caller.userId, in: postgres),
      try await hasher.verify(password, against: user.passwordHash)
    else { throw AccountsError.wrongPassword }
    try await UserStore.disableMFA(of: user.id, in: postgres)
  }
}
