internal import Accounts
internal import Bundles
internal import Catalog
internal import Playback
package import Loop
internal import Operations
package import Postgres
internal import Schedule

/// The whole schema: the slices' steps, those that others refer to first.
package enum OriginSchema {
  package static let migrations =
    PublicationSchema.migrations + AccountsSchema.migrations + CatalogSchema.migrations + ScheduleSchema.migrations
    + OperationsSchema.migrations + BundlesSchema.migrations + PlaybackSchema.migrations

  /// The names of the steps that a database still lacks.
  package static func pending(in database: PostgresSettings, on loop: EventLoop) async throws -> [String] {
    try await Migrator(on: loop, database).pending(migrations)
  }

  /// Brings a database up to date; the names of the steps that this took.
  package static func migrate(_ database: PostgresSettings, on loop: EventLoop) async throws -> [String] {
    try await Migrator(on: loop, database).apply(migrations)
  }
}
