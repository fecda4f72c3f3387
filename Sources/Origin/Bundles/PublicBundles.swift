internal import Postgres
internal import Vocabulary

/// Bundles as anyone may see them: of published titles only, and only while they can be had.
struct PublicBundles {
  let database: any PostgresSession

  /// By their season; nil when there is no such title.
  func active(of title: TitleID) async throws -> [PublicBundle]? {
    let rows = try await database.query(
      """
      SELECT \(PublicBundle.columns) FROM titles t LEFT JOIN bundles b ON b.title_id = t.id AND b.expires_at > now()
      WHERE t.id = \(title) AND \(Self.isPublic) ORDER BY b.season_number, b.created_at, b.id
      """)
    if rows.isEmpty { return nil }
    // A title without bundles is one row that holds nothing of a bundle.
    return try rows.filter { try $0.get("id", as: BundleID?.self) != nil }.map(PublicBundle.init(row:))
  }

  func isPublished(_ title: TitleID) async throws -> Bool {
    try await !database.query("SELECT FROM titles t WHERE t.id = \(title) AND \(Self.isPublic)").isEmpty
  }

  private static let isPublic: SQL = "t.is_published AND t.deleted_at IS NULL"
}
