internal import Postgres
internal import Routing

/// The statements about users. Each takes the pool or a transaction.
enum UserStore {
  private static let columns: SQL = """
    id, email, role, is_active, email_verified_at IS NOT NULL AS is_verified, password_hash, totp_secret,
    mfa_enabled_at IS NOT NULL AS is_mfa_enabled
    """

  static func find(_ email: Email, in session: any PostgresSession) async throws(PostgresError) -> User? {
    try await session.query("SELECT \(columns) FROM users WHERE lower(email) = lower(\(email))").first.map(User.init)
  }

  static func find(id: String, in session: any PostgresSession) async throws(PostgresError) -> User? {
    try await session.query("SELECT \(columns) FROM users WHERE id = \(id)").first.map(User.init)
  }

  /// The user, whose row nobody else changes until the transaction ends.
  static func lock(id: String, in transaction: PostgresTransaction) async throws(PostgresError) -> User? {
    try await transaction.query("SELECT \(columns) FROM users WHERE id = \(id) FOR UPDATE").first.map(User.init)
  }

  static func list(
    _ condition: SQL, _ page: Page, in session: any PostgresSession
  ) async throws(PostgresError) -> [StaffMember] {
    try await session.query(
      """
      SELECT id, email, full_name, role, is_active, created_at FROM users WHERE \(condition)
      ORDER BY created_at DESC, id LIMIT \(page.count) OFFSET \(page.start)
      """
    ).map(StaffMember.init)
  }

  /// Nil when the address is taken.
  static func insert(
    _ email: Email, passwordHash: String, fullName: String?, role: Role, isVerified: Bool,
    in session: any PostgresSession
  ) async throws(PostgresError) -> String? {
    let rows = try await session.query(
      """
      INSERT INTO users (email, password_hash, full_name, role, email_verified_at)
      VALUES (\(email), \(passwordHash), \(fullName), \(role), CASE WHEN \(isVerified)::boolean THEN now() END)
      ON CONFLICT (lower(email)) DO NOTHING RETURNING id
      """)
    return try rows.first?.get("id")
  }

  static func setPasswordHash(_ hash: String, of userID: String, in session: any PostgresSession)
    async throws(PostgresError)
  {
    try await session.execute("UPDATE users SET password_hash = \(hash), updated_at = now() WHERE id = \(userID)")
  }

  static func setRole(_ role: Role, of userID: String, in session: any PostgresSession) async throws(PostgresError) {
    try await session.execute("UPDATE users SET role = \(role), updated_at = now() WHERE id = \(userID)")
  }

  // MARK: The second factor

  /// False when a second factor is already enabled.
  static func setPendingSecret(
    _ sealed: String, of userID: String, in session: any PostgresSession
  ) async throws(PostgresError) -> Bool {
    try await session.execute(
      """
      UPDATE users SET totp_secret = \(sealed), updated_at = now() WHERE id = \(userID) AND mfa_enabled_at IS NULL
      """) == 1
  }

  static func enableMFA(of userID: String, in session: any PostgresSession) async throws(PostgresError) {
    try await session.execute("UPDATE users SET mfa_enabled_at = now(), updated_at = now() WHERE id = \(userID)")
  }

  static func disableMFA(of userID: String, in session: any PostgresSession) async throws(PostgresError) {
    try await session.execute(
      """
      UPDATE users SET totp_secret = NULL, mfa_enabled_at = NULL, totp_last_step = 0, updated_at = now()
      WHERE id = \(userID)
      """)
  }

  /// Spends the step and all before it. False: it was spent already.
  static func spend(step: Int64, of userID: String, in session: any PostgresSession) async throws(PostgresError) -> Bool
  {
    try await session.execute(
      """
      UPDATE users SET totp_last_step = \(step) WHERE id = \(userID) AND totp_last_step < \(step)
      """) == 1
  }
}
