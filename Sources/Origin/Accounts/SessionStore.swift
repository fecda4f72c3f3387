internal import Postgres
internal import Routing

/// The statements about sessions and their refresh tokens.
enum SessionStore {
  /// What became of a refresh token that was shown.
  enum Spending {
    case spent(sessionID: String, userID: String, mfa: Bool)
    /// It was spent before: someone has a copy.
    case reused(sessionID: String)
    case invalid
  }

  static func open(
    userID: String, mfa: Bool, from source: SignInSource, in session: any PostgresSession
  ) async throws(PostgresError) -> String {
    try await session.query(
      """
      INSERT INTO sessions (user_id, mfa, ip_address, user_agent)
      VALUES (\(userID), \(mfa), \(source.address), \(source.userAgent)) RETURNING id
      """)[0].get("id")
  }

  static func add(
    jti: String, digest: String, to sessionID: String, expires: Timestamp, in session: any PostgresSession
  ) async throws(PostgresError) {
    try await session.execute(
      """
      INSERT INTO refresh_tokens (jti, session_id, digest, expires_at)
      VALUES (\(jti), \(sessionID), \(digest), \(expires))
      """)
  }

  /// Spends the token. Of callers at once one wins: the others wait for its row, and then see it spent.
  static func spend(
    jti: String, digest: String, in session: any PostgresSession
  ) async throws(PostgresError) -> Spending {
    let spent = try await session.query(
      """
      UPDATE refresh_tokens AS token SET spent_at = now() FROM sessions, users
      WHERE token.jti = \(jti) AND token.digest = \(digest) AND token.spent_at IS NULL AND token.expires_at > now()
        AND sessions.id = token.session_id AND sessions.revoked_at IS NULL
        AND users.id = sessions.user_id AND users.is_active
      RETURNING sessions.id AS session_id, sessions.user_id, sessions.mfa
      """)
    if let row = spent.first {
      return .spent(sessionID: try row.get("session_id"), userID: try row.get("user_id"), mfa: try row.get("mfa"))
    }
    let known = try await session.query(
      """
      SELECT session_id FROM refresh_tokens WHERE jti = \(jti) AND digest = \(digest) AND spent_at IS NOT NULL
      """)
    guard let row = known.first else { return .invalid }
    return .reused(sessionID: try row.get("session_id"))
  }

  /// Ends a session and with it every token of its family, access tokens too.
  static func revoke(
    _ sessionID: String, because reason: String, in session: any PostgresSession
  ) async throws(PostgresError) {
    try await session.execute(
      """
      UPDATE sessions SET revoked_at = now(), revoked_because = \(reason) WHERE id = \(sessionID) AND revoked_at IS NULL
      """)
  }

  /// The number of sessions that ended.
  @discardableResult
  static func revokeAll(
    of userID: String, because reason: String, in session: any PostgresSession
  ) async throws(PostgresError) -> Int {
    try await session.execute(
      """
      UPDATE sessions SET revoked_at = now(), revoked_because = \(reason)
      WHERE user_id = \(userID) AND revoked_at IS NULL
      """)
  }

  /// The session of a token that may still be spent: what logout ends.
  static func find(
    jti: String, digest: String, in session: any PostgresSession
  ) async throws(PostgresError) -> (id: String, userID: String)? {
    let rows = try await session.query(
      """
      SELECT sessions.id, sessions.user_id FROM refresh_tokens AS token JOIN sessions ON sessions.id = token.session_id
      WHERE token.jti = \(jti) AND token.digest = \(digest) AND token.spent_at IS NULL AND token.expires_at > now()
        AND sessions.revoked_at IS NULL
      """)
    guard let row = rows.first else { return nil }
    return (try row.get("id"), try row.get("user_id"))
  }

  static func touch(_ sessionID: String, from source: SignInSource, in session: any PostgresSession)
    async throws(PostgresError)
  {
    try await session.execute(
      """
      UPDATE sessions SET last_seen_at = now(), ip_address = coalesce(\(source.address), ip_address),
        user_agent = coalesce(\(source.userAgent), user_agent)
      WHERE id = \(sessionID)
      """)
  }

  /// Who a live session belongs to; `isActive` tells an account that was shut since.
  static func caller(
    sessionID: String, userID: String, tokenID: String, in session: any PostgresSession
  ) async throws(PostgresError) -> (caller: Caller, isActive: Bool)? {
    let rows = try await session.query(
      """
      SELECT users.email, users.role, users.is_active, sessions.mfa
      FROM sessions JOIN users ON users.id = sessions.user_id
      WHERE sessions.id = \(sessionID) AND users.id = \(userID) AND sessions.revoked_at IS NULL
      """)
    guard let row = rows.first else { return nil }
    let caller = Caller(
      userId: userID, email: try row.get("email"), role: try row.get("role"), hasMFA: try row.get("mfa"),
      sessionId: sessionID, tokenId: tokenID)
    return (caller, try row.get("is_active"))
  }
}
