package import Postgres
package import Publication
internal import Routing
package import Vocabulary

/// Why a bundle cannot be made or changed.
package enum BundlesError: Error, Equatable {
  case noSuchTitle
  case titleDeleted
  case seasonTaken
  /// The end would not lie after the bundle's creation.
  case endsBeforeItBegan
}

/// The editors' side of bundles: all of them, expired or not. Each write tells, in its transaction, what edges must
/// obey from then on.
package struct BundleStore {
  /// A bundle as a write left it, and the change that edges follow.
  package struct Written {
    package let bundle: Bundle
    package let change: PublicationChange
  }

  private let database: PostgresPool
  private let publish: Publishing

  package init(_ database: PostgresPool, publish: @escaping Publishing) {
    self.database = database
    self.publish = publish
  }

  /// The new bundle, and what `prepare` makes of it. What `prepare` throws leaves no bundle behind.
  package func create<Preparation>(
    _ draft: BundleDraft, of title: TitleID, days: Int, by editor: String?,
    prepare: (Bundle) async throws -> Preparation
  ) async throws -> (Written, Preparation) {
    try await database.transaction { transaction in
      try await requireTitle(title, in: transaction)
      let key = draft.key(of: title)
      let bundle = try await refusing {
        try await transaction.query(
          """
          INSERT INTO bundles AS b (
            title_id, season_number, episode_ids, storage_key, size_bytes, sha256, label, expires_at, created_by_id)
          VALUES (\(title), \(draft.seasonNumber?.value), \(draft.episodeIds ?? []), \(key), \(draft.sizeBytes?.value),
            \(draft.sha256), \(draft.name), now() + make_interval(days => \(days)), \(editor))
          RETURNING \(Bundle.columns)
          """)
      }
      try await transaction.execute("DELETE FROM retired_bundle_keys WHERE storage_key = \(key)")
      let made = try Bundle(row: bundle[0])
      let preparation = try await prepare(made)
      return (try await written(made, in: transaction), preparation)
    }
  }

  /// By their season, those of none last.
  package func list(of title: TitleID, includingExpired: Bool) async throws -> [Bundle] {
    let isListed: SQL = includingExpired ? "true" : "b.expires_at > now()"
    let rows = try await database.query(
      """
      SELECT \(Bundle.columns) FROM titles t LEFT JOIN bundles b ON b.title_id = t.id AND \(isListed)
      WHERE t.id = \(title) ORDER BY b.season_number, b.created_at, b.id
      """)
    if rows.isEmpty { throw BundlesError.noSuchTitle }
    // A title without bundles is one row that holds nothing of a bundle.
    return try rows.filter { try $0.get("id", as: BundleID?.self) != nil }.map(Bundle.init(row:))
  }

  package func find(_ id: BundleID) async throws -> Bundle? {
    try await database.query("SELECT \(Bundle.columns) FROM bundles b WHERE b.id = \(id)").first.map(Bundle.init(row:))
  }

  /// Nil when there is no such bundle.
  package func change(_ id: BundleID, _ changes: BundleChanges) async throws -> Written? {
    try await database.transaction { transaction in
      let label: SQL = changes.label.map { "\($0)" } ?? "label"
      let rows = try await refusing {
        try await transaction.query(
          """
          UPDATE bundles b SET label = \(label), expires_at = coalesce(\(changes.expiresAt), expires_at),
            updated_at = now()
          WHERE b.id = \(id) RETURNING \(Bundle.columns)
          """)
      }
      guard let row = rows.first else { return nil }
      return try await written(try Bundle(row: row), in: transaction)
    }
  }

  /// The bundle as it was; nil when there is no such one. Its key stays ended, whatever becomes of the object.
  package func delete(_ id: BundleID) async throws -> Written? {
    try await database.transaction { transaction in
      let rows = try await transaction.query(
        """
        WITH gone AS (DELETE FROM bundles b WHERE b.id = \(id) RETURNING b.*),
        retired AS (
          INSERT INTO retired_bundle_keys (storage_key) SELECT storage_key FROM gone
          ON CONFLICT (storage_key) DO UPDATE SET retired_at = now())
        SELECT \(Bundle.columns), floor(extract(epoch FROM now()))::bigint AS retired_second FROM gone b
        """)
      guard let row = rows.first else { return nil }
      let bundle = try Bundle(row: row)
      let end = PublicationChange.Kind.expiry(key: bundle.storageKey, at: try row.get("retired_second"))
      return Written(bundle: bundle, change: try await publish(end, transaction))
    }
  }

  /// From when on each key is no longer issued, in Unix seconds: the bundles' part of what edges decide from.
  package static func published(in session: any PostgresSession) async throws -> [String: Int64] {
    let rows = try await session.query(
      """
      SELECT storage_key, floor(extract(epoch FROM expires_at))::bigint AS end_second FROM bundles
      UNION ALL SELECT storage_key, floor(extract(epoch FROM retired_at))::bigint FROM retired_bundle_keys
      """)
    return try rows.reduce(into: [:]) { ends, row in ends[try row.get("storage_key")] = try row.get("end_second") }
  }

  private func requireTitle(_ title: TitleID, in transaction: PostgresTransaction) async throws {
    // Shared: the title can be neither deleted nor gone before the bundle is there.
    let titles = try await transaction.query(
      "SELECT deleted_at IS NOT NULL AS is_deleted FROM titles WHERE id = \(title) FOR SHARE")
    guard let found = titles.first else { throw BundlesError.noSuchTitle }
    if try found.get("is_deleted") { throw BundlesError.titleDeleted }
  }

  private func written(_ bundle: Bundle, in transaction: PostgresTransaction) async throws -> Written {
    let end = bundle.expiresAt.timestamp.epochSeconds
    return Written(bundle: bundle, change: try await publish(.expiry(key: bundle.storageKey, at: end), transaction))
  }

  private func refusing(_ query: () async throws -> [Row]) async throws -> [Row] {
    do { return try await query() } catch let error as PostgresError {
      if error.violates("bundles_storage_key_unique") { throw BundlesError.seasonTaken }
      if error.violates("bundles_expire_after_creation") { throw BundlesError.endsBeforeItBegan }
      throw error
    }
  }
}
