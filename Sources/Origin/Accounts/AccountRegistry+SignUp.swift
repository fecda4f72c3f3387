internal import Postgres
internal import Routing
internal import Signing

extension AccountRegistry {
  private static let verificationLifetime: Duration = .seconds(48 * 3_600)

  /// Makes a user and signs them in without a second factor; logging in waits for the address to be verified.
  package func signUp(
    _ email: Email, _ password: Password, fullName: String?, from source: SignInSource
  ) async throws -> TokenPair {
    let hash = try await hasher.hash(password)
    return try await postgres.transaction { transaction in
      let inserted = try await UserStore.insert(
        email, passwordHash: hash, fullName: fullName, role: .user, isVerified: false, in: transaction)
      guard let userID = inserted else { throw AccountsError.emailTaken }
      try await self.queueVerification(for: userID, at: email, in: transaction)
      return try await self.openSession(for: userID, mfa: false, from: source, in: transaction)
    }
  }

  /// Takes the token of a mailed link. It works once.
  package func verifyEmail(token: String) async throws {
    let digest = TokenMint.digest(of: token)
    guard try await ChallengeStore.verifyEmail(digest: digest, in: postgres) else {
      throw AccountsError.invalidVerification
    }
  }

  /// Mails another link when there is an account that needs one. The caller learns nothing either way.
  package func resendVerification(to email: Email) async throws {
    guard let user = try await UserStore.find(email, in: postgres), user.isActive, !user.isVerified else { return }
    try await postgres.transaction { transaction in
      try await self.queueVerification(for: user.id, at: user.email, in: transaction)
    }
  }

  private func queueVerification(
    for userID: String, at email: Email, in transaction: PostgresTransaction
  ) async throws {
    let token = RandomBytes.token()
    try await ChallengeStore.addVerification(
      digest: TokenMint.digest(of: token), userID: userID, expires: .now + Self.verificationLifetime, in: transaction)
    try await OutboxStore.add(
      to: email, subject: "Verify your e-mail address",
      body: """
        Welcome to MoviesNow.

        Open this link within two days to verify your e-mail address:

        \(settings.publicURL)/api/v1/auth/verify-email?token=\(token)

        If you did not sign up, ignore this mail.
        """, in: transaction)
  }
}
