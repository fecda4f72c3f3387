internal import Postgres

/// The statements about mail that waits to be sent.
enum OutboxStore {
  struct Entry {
    let id: Int64
    let recipient: String
    let subject: String
    let body: String
    let attempts: Int
  }

  static func add(
    to recipient: Email, subject: String, body: String, in session: any PostgresSession
  ) async throws(PostgresError) {
    try await session.execute(
      """
      INSERT INTO mail_outbox (recipient, subject, body) VALUES (\(recipient), \(subject), \(body))
      """)
  }

  /// Takes one that is due, and puts its next try off: a minute, doubled each time, up to an hour. Nobody else takes it
  /// until then, and the mailer needs half of that at most. Nil when none is due.
  static func claim(in session: any PostgresSession) async throws(PostgresError) -> Entry? {
    let rows = try await session.query(
      """
      UPDATE mail_outbox SET attempts = attempts + 1,
        due_at = now() + make_interval(secs => least(3600, 60 * power(2, least(attempts, 10))))
      WHERE id IN (
        SELECT id FROM mail_outbox WHERE due_at <= now() AND refused_because IS NULL
        ORDER BY id LIMIT 1 FOR UPDATE SKIP LOCKED)
      RETURNING id, recipient, subject, body, attempts
      """)
    guard let row = rows.first else { return nil }
    return Entry(
      id: try row.get("id"), recipient: try row.get("recipient"), subject: try row.get("subject"),
      body: try row.get("body"), attempts: try row.get("attempts"))
  }

  static func sent(_ id: Int64, in session: any PostgresSession) async throws(PostgresError) {
    try await session.execute("DELETE FROM mail_outbox WHERE id = \(id)")
  }

  /// It stays for the operator to see, without its text: that may hold a token.
  static func refused(_ id: Int64, because reason: String, in session: any PostgresSession) async throws(PostgresError)
  {
    try await session.execute("UPDATE mail_outbox SET refused_because = \(reason), body = '' WHERE id = \(id)")
  }
}
