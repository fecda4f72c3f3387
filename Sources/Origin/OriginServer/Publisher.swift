internal import Bundles
internal import Catalog
internal import Postgres
internal import Publication
internal import Schedule

/// What edges obey: one version for all that the slices publish, the changes as they happen, and the whole at any time.
final class Publisher {
  private let database: PostgresPool
  private let edges: EdgeMessages
  /// The whole as it was sent last: many edges ask for the same.
  private var latest: (version: Int64, document: [UInt8])?

  init(_ database: PostgresPool, _ edges: EdgeMessages) {
    self.database = database
    self.edges = edges
  }

  /// After the commit. With Redis away nothing is lost: edges also ask, every few seconds.
  func announce(_ change: PublicationChange) async { try? await edges.announce(change) }

  /// All that is published, as `PublicationCodec` writes it; nil when the asker has it already.
  func document(after version: Int64?) async throws -> [UInt8]? {
    let current: Int64 = try await database.query("SELECT version FROM publication_version")[0].get("version")
    if version == current { return nil }
    if let latest, latest.version == current { return latest.document }
    let state = try await state()
    let document = PublicationCodec.encode(state)
    latest = (state.version, document)
    return document
  }

  /// One transaction reads all parts: none is newer than the version says.
  private func state() async throws -> PublishedState {
    try await database.transaction { transaction in
      try await transaction.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
      return PublishedState(
        version: try await transaction.query("SELECT version FROM publication_version")[0].get("version"),
        windows: try await AvailabilityStore.published(in: transaction),
        expiries: try await BundleStore.published(in: transaction),
        revocations: try await TitleStore.revoked(in: transaction))
    }
  }
}
