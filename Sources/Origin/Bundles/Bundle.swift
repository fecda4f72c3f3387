internal import Postgres
package import Routing
package import Vocabulary

/// A bundle as its editors see it.
package struct Bundle: Codable, Sendable {
  package let id: BundleID
  package let titleId: TitleID
  @OrNull package private(set) var seasonNumber: Int?
  package let episodeIds: [EpisodeID]
  package let storageKey: String
  /// As its editor stated it: then the store has accepted nothing else.
  @OrNull package private(set) var sizeBytes: Int64?
  @OrNull package private(set) var sha256: SHA256Text?
  package let expiresAt: Moment
  @OrNull package private(set) var label: Label?
  @OrNull package private(set) var createdById: String?
  package let createdAt: Moment
  package let updatedAt: Moment
}

extension Bundle {
  /// What `init(row:)` reads, of a table called `b`.
  static let columns: SQL = """
    \(PublicBundle.columns), b.episode_ids, b.created_by_id, b.created_at, b.updated_at
    """

  init(row: Row) throws(PostgresError) {
    self.init(
      id: try row.get("id"), titleId: try row.get("title_id"), seasonNumber: try row.get("season_number"),
      episodeIds: try row.get("episode_ids"), storageKey: try row.get("storage_key"),
      sizeBytes: try row.get("size_bytes"), sha256: try row.get("sha256"), expiresAt: try row.get("expires_at"),
      label: try row.get("label"), createdById: try row.get("created_by_id"), createdAt: try row.get("created_at"),
      updatedAt: try row.get("updated_at"))
  }
}

/// A bundle as anyone may see it. The key is what a player asks a URL for.
package struct PublicBundle: Codable, Sendable {
  package let id: BundleID
  package let titleId: TitleID
  @OrNull package private(set) var seasonNumber: Int?
  package let storageKey: String
  @OrNull package private(set) var sizeBytes: Int64?
  @OrNull package private(set) var sha256: SHA256Text?
  package let expiresAt: Moment
  @OrNull package private(set) var label: Label?
}

extension PublicBundle {
  static let columns: SQL = """
    b.id, b.title_id, b.season_number, b.storage_key, b.size_bytes, b.sha256, b.expires_at, b.label
    """

  init(row: Row) throws(PostgresError) {
    self.init(
      id: try row.get("id"), titleId: try row.get("title_id"), seasonNumber: try row.get("season_number"),
      storageKey: try row.get("storage_key"), sizeBytes: try row.get("size_bytes"), sha256: try row.get("sha256"),
      expiresAt: try row.get("expires_at"), label: try row.get("label"))
  }
}
