package import Loop

/// Brings a database's schema up to date, one process at a time.
package struct Migrator {
  /// Two processes that migrate at once: the second waits, then finds nothing to do. The number is "moviesno".
  private static let lock = 0x6d6f_7669_6573_6e6f

  private var settings: PostgresSettings
  private let loop: EventLoop

  package init(on loop: EventLoop, _ settings: PostgresSettings) {
    self.settings = settings
    self.loop = loop
    self.settings.statementTimeout = nil
  }

  /// Applies what is missing, each step in its own transaction, and returns their names.
  package func apply(_ migrations: [Migration]) async throws -> [String] {
    let connection = try await PostgresConnection.open(settings, on: loop)
    // The lock is the connection's and goes with it.
    defer { connection.close() }
    _ = try await connection.run("SELECT pg_advisory_lock(\(Self.lock))")
    try await connection.run(
      script: """
        CREATE TABLE IF NOT EXISTS schema_migrations (
          name text PRIMARY KEY, digest text NOT NULL, applied_at timestamptz NOT NULL DEFAULT now())
        """)
    let digests = try await digests(of: migrations, on: connection)
    let pending = try await plan(migrations, digests, on: connection).pending
    for migration in pending {
      // Name and digest hold no quote: one is checked by Migration, the other is hex.
      try await connection.run(
        script: """
          \(migration.sql);
          INSERT INTO schema_migrations (name, digest) VALUES ('\(migration.name)', '\(digests[migration.name] ?? "")')
          """)
    }
    return pending.map(\.name)
  }

  /// The steps that `apply` would run. Changes nothing.
  package func pending(_ migrations: [Migration]) async throws -> [String] {
    let connection = try await PostgresConnection.open(settings, on: loop)
    defer { connection.close() }
    let table = try await connection.run("SELECT to_regclass('schema_migrations') IS NOT NULL AS present").rows
    guard try table[0].get("present") else { return migrations.map(\.name) }
    let digests = try await digests(of: migrations, on: connection)
    return try await plan(migrations, digests, on: connection).pending.map(\.name)
  }

  private func plan(
    _ migrations: [Migration], _ digests: [String: String], on connection: PostgresConnection
  ) async throws -> MigrationPlan {
    var applied: [String: String] = [:]
    for row in try await connection.run("SELECT name, digest FROM schema_migrations").rows {
      applied[try row.get("name")] = try row.get("digest", as: String.self)
    }
    return try MigrationPlan(known: migrations, digests: digests, applied: applied)
  }

  /// The database computes them, so that this module needs no hash of its own.
  private func digests(of migrations: [Migration], on connection: PostgresConnection) async throws -> [String: String] {
    var digests: [String: String] = [:]
    for migration in migrations {
      let sql: SQL = "SELECT encode(sha256(convert_to(\(migration.sql), 'UTF8')), 'hex') AS digest"
      digests[migration.name] = try await connection.run(sql).rows[0].get("digest", as: String.self)
    }
    return digests
  }
}
