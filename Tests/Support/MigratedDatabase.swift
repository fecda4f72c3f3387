internal import Loop
package import Postgres

/// Runs `body` on a loop with a pool on a fresh database that has these tables.
package func withDatabase(
  _ migrations: [Migration], _ body: @escaping (PostgresPool) async throws -> Void
) throws {
  let settings = try PostgresSettings(url: PostgresServer.shared.makeDatabase())
  let loop = EventLoop()
  let _: Void = try loop.run {
    _ = try await Migrator(on: loop, settings).apply(migrations)
    let pool = PostgresPool(on: loop, settings)
    defer { pool.close() }
    try await body(pool)
  }
}
