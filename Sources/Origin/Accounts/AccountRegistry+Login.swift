internal import Postgres
internal import Signing

/// What a right password leads to.
package enum LoginOutcome: Sendable {
  case signedIn(TokenPair)
  /// A second factor is due: the token that `finishLogin` takes together with a code.
  case challenged(String, userID: String)
}

extension AccountRegistry {
  /// Takes the same time whether or not there is such a user, and tells what is wrong with an account only to
  /// whoever has its password.
  package func login(_ email: Email, _ password: String, from source: SignInSource) async throws -> LoginOutcome {
    let found = try await UserStore.find(email, in: postgres)
    let isRight = try await hasher.verify(password, against: found?.passwordHash)
    guard let user = found, isRight else { throw AccountsError.wrongCredentials }
    guard user.isActive else { throw AccountsError.deactivated }
    guard user.isVerified else { throw AccountsError.emailNotVerified }
    if PasswordHash.isOutdated(user.passwordHash), let password = Password(password) {
      try await UserStore.setPasswordHash(try await hasher.hash(password), of: user.id, in: postgres)
    }
    if user.isMFAEnabled { return .challenged(try await challenge(user.id), userID: user.id) }
    return .signedIn(
      try await postgres.transaction { transaction in
        try await self.openSession(for: user.id, mfa: false, from: source, in: transaction)
      })
  }

  func challenge(_ userID: String) async throws -> String {
    let challenge = try tokens.challenge(userID: userID)
    try await ChallengeStore.add(jti: challenge.jti, userID: userID, expires: challenge.expires, in: postgres)
    return challenge.text
  }

  /// The second half of a login. The challenge and the code work once each; a few wrong codes spend the challenge.
  package func finishLogin(challenge: String, code: String, from source: SignInSource) async throws -> TokenPair {
    let claims = try tokens.verify(challenge, as: .challenge)
    // A wrong code has to be counted, so it may not roll the transaction back by throwing.
    let outcome: Result<TokenPair, AccountsError> = try await postgres.transaction { transaction in
      guard let userID = try await ChallengeStore.lock(jti: claims.jti, in: transaction), userID == claims.sub,
        let user = try await UserStore.find(id: userID, in: transaction), user.isActive
      else { return .failure(.invalidToken) }
      guard user.isMFAEnabled else { return .failure(.mfaNotSetUp) }
      guard try await self.spend(code, of: user, in: transaction) else {
        try await ChallengeStore.countFailure(jti: claims.jti, in: transaction)
        return .failure(.wrongCode)
      }
      try await ChallengeStore.spend(jti: claims.jti, in: transaction)
      return .success(try await self.openSession(for: userID, mfa: true, from: source, in: transaction))
    }
    return try outcome.get()
  }

  /// Whether the code is right and was not used before; it is used from then on.
  /// - Parameter window: how many steps of 30 s the user's clock may be off.
  func spend(
    _ code: String, of user: User, window: Int64 = 1, in session: any PostgresSession
  ) async throws -> Bool {
    guard let secret = user.sealedTOTPSecret.flatMap({ seal.open($0, of: user.id) }), let key = Base32.decode(secret),
      let step = OneTimePassword(secret: key).step(of: code, at: Timestamp.now.epochSeconds, window: window)
    else { return false }
    return try await UserStore.spend(step: step, of: user.id, in: session)
  }
}
