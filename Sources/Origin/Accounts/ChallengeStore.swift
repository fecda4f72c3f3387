internal import Postgres

/// The statements about what is pending: MFA challenges and e-mail verifications.
enum ChallengeStore {
  /// Wrong codes after which a challenge is spent. Source: OWASP ASVS 2.8, guessing has to stay hopeless.
  static let allowedFailures = 5

  static func add(
    jti: String, userID: String, expires: Timestamp, in session: any PostgresSession
  ) async throws(PostgresError) {
    try await session.execute(
      """
      INSERT INTO mfa_challenges (jti, user_id, expires_at) VALUES (\(jti), \(userID), \(expires))
      """)
  }

  /// The challenge's user. Its row stays locked until the transaction ends, so that tries at once count one by one.
  static func lock(jti: String, in transaction: PostgresTransaction) async throws(PostgresError) -> String? {
    try await transaction.query(
      """
      SELECT user_id FROM mfa_challenges
      WHERE jti = \(jti) AND spent_at IS NULL AND expires_at > now() AND failures < \(allowedFailures) FOR UPDATE
      """
    ).first?.get("user_id")
  }

  static func spend(jti: String, in session: any PostgresSession) async throws(PostgresError) {
    try await session.execute("UPDATE mfa_challenges SET spent_at = now() WHERE jti = \(jti)")
  }

  static func countFailure(jti: String, in session: any PostgresSession) async throws(PostgresError) {
    try await session.execute("UPDATE mfa_challenges SET failures = failures + 1 WHERE jti = \(jti)")
  }

  // MARK: E-mail

  static func addVerification(
    digest: String, userID: String, expires: Timestamp, in session: any PostgresSession
  ) async throws(PostgresError) {
    try await session.execute(
      """
      INSERT INTO email_verifications (digest, user_id, expires_at) VALUES (\(digest), \(userID), \(expires))
      """)
  }

  /// Verifies the address whose link this is. False: unknown, used, or expired.
  static func verifyEmail(digest: String, in session: any PostgresSession) async throws(PostgresError) -> Bool {
    try await session.execute(
      """
      WITH verification AS (
        UPDATE email_verifications SET used_at = now()
        WHERE digest = \(digest) AND used_at IS NULL AND expires_at > now() RETURNING user_id)
      UPDATE users SET email_verified_at = coalesce(email_verified_at, now()), updated_at = now()
      FROM verification WHERE users.id = verification.user_id
      """) == 1
  }
}
