import Loop
import Support
import Testing

@testable import Postgres

@Suite struct `The migrator` {
  private let steps = [
    Migration(name: "films_001", sql: "CREATE TABLE films (id int); CREATE INDEX films_id ON films (id)"),
    Migration(name: "films_002", sql: "ALTER TABLE films ADD COLUMN name text;"),
  ]

  private func migrating(_ body: @escaping (Migrator, PostgresPool, EventLoop) async throws -> Void) throws {
    let settings = try PostgresSettings(url: PostgresServer.shared.makeDatabase())
    let loop = EventLoop()
    let _: Void = try loop.run {
      let pool = PostgresPool(on: loop, settings)
      defer { pool.close() }
      try await body(Migrator(on: loop, settings), pool, loop)
    }
    #expect(loop.handlesLeftOpen == 0)
  }

  @Test func `applies each step once`() throws {
    try migrating { [steps] migrator, pool, _ in
      let before = try await migrator.pending(steps)
      let first = try await migrator.apply(steps)
      let second = try await migrator.apply(steps)
      let after = try await migrator.pending(steps)
      #expect(before == ["films_001", "films_002"] && first == before)
      #expect(second.isEmpty && after.isEmpty)
      _ = try await pool.query("SELECT name FROM films")
    }
  }

  @Test func `a step that fails leaves nothing of itself, and keeps what came before`() throws {
    let broken = Migration(name: "films_002", sql: "CREATE TABLE half (id int); SELECT 1 / 0")
    try migrating { [steps] migrator, pool, _ in
      await #expect(throws: PostgresError.self) { try await migrator.apply([steps[0], broken]) }
      #expect(try await migrator.pending(steps) == ["films_002"])
      let half = try await pool.query("SELECT to_regclass('half') IS NULL AS absent")
      #expect(try half[0].get("absent") == true)
    }
  }

  @Test func `a step whose connection breaks is an error, and not for ever under way`() throws {
    let endless = Migration(name: "films_001", sql: "SELECT pg_sleep(600)")
    try migrating { migrator, pool, loop in
      var failure: (any Error)?
      loop.start { do { _ = try await migrator.apply([endless]) } catch { failure = error } }
      try await eventually("it is cut while it sleeps", on: loop) {
        let ended = try? await pool.transaction {
          try await $0.query(
            """
            SELECT pg_terminate_backend(pid) FROM pg_stat_activity
            WHERE datname = current_database() AND wait_event = 'PgSleep'
            """)
        }
        return ended?.isEmpty == false
      }
      try await eventually("it has failed", on: loop) { failure != nil }
      #expect(failure as? PostgresError == .disconnected(sent: true))
    }
  }

  @Test func `processes that migrate at once share the work`() throws {
    try migrating { [steps] migrator, _, loop in
      let applied = await concurrently(4, on: loop) { _ in (try? await migrator.apply(steps)) ?? ["failed"] }
      #expect(applied.sorted { $0.count > $1.count } == [["films_001", "films_002"], [], [], []])
    }
  }

  @Test func `a step that was edited after it was applied is refused`() throws {
    try migrating { [steps] migrator, _, _ in
      _ = try await migrator.apply(steps)
      let edited = Migration(name: "films_001", sql: "CREATE TABLE films (id bigint)")
      await #expect(throws: MigrationError.changed(name: "films_001")) {
        try await migrator.pending([edited, steps[1]])
      }
    }
  }
}
