package import Postgres
package import Publication
package import Vocabulary

/// Whether a title is there for everyone. One that is taken back, unpublished or deleted, is revoked at the edges: they
/// issue none of its objects any more. A draft, which was never published, is not: whoever was given a key may try it.
extension TitleStore {
  /// What a write did.
  package struct Effect {
    package let hasChanged: Bool
    /// What edges follow; nil: they go on as before.
    package let change: PublicationChange?
  }

  /// Nil when there is no such title.
  package func setPublished(_ isPublished: Bool, _ id: TitleID) async throws -> Effect? {
    let hiding: SQL = isPublished ? "NULL" : "now()"
    return try await set(
      "is_published = \(isPublished), unpublished_at = \(hiding)", id,
      where: "before.deleted_at IS NULL AND before.is_published <> \(isPublished)"
    ) { if try $0.get("is_deleted") { throw CatalogError.deleted } }
  }

  /// Deleted titles are hidden from everyone but editors, keep their slug and can be restored. Nil when there is no
  /// such title.
  package func setDeleted(_ isDeleted: Bool, _ id: TitleID) async throws -> Effect? {
    let moment: SQL = isDeleted ? "now()" : "NULL"
    return try await set(
      "deleted_at = \(moment)", id, where: "(before.deleted_at IS NOT NULL) <> \(isDeleted)"
    ) { _ in }
  }

  /// The titles that are taken back: the catalogue's part of what edges decide from.
  package static func revoked(in session: any PostgresSession) async throws -> Set<Revocation> {
    let rows = try await session.query("SELECT id FROM titles WHERE is_revoked")
    return Set(try rows.map { .title(try $0.get("id", as: TitleID.self).text) })
  }

  /// - Parameter refuse: throws when the title, as it was before, must not be changed.
  private func set(
    _ assignments: SQL, _ id: TitleID, where isOther: SQL, refuse: (Row) throws -> Void
  ) async throws -> Effect? {
    try await database.transaction { transaction in
      let rows = try await transaction.query(
        """
        WITH before AS (SELECT id, is_published, deleted_at, is_revoked FROM titles WHERE id = \(id) FOR UPDATE),
        changed AS (
          UPDATE titles SET \(assignments), updated_at = now() FROM before
          WHERE titles.id = before.id AND \(isOther)
          RETURNING titles.is_revoked)
        SELECT before.deleted_at IS NOT NULL AS is_deleted, before.is_revoked AS was_revoked, changed.is_revoked
        FROM before LEFT JOIN changed ON true
        """)
      guard let row = rows.first else { return nil }
      try refuse(row)
      guard let isRevoked = try row.get("is_revoked", as: Bool?.self) else {
        return Effect(hasChanged: false, change: nil)
      }
      if try row.get("was_revoked") == isRevoked { return Effect(hasChanged: true, change: nil) }
      let title = Revocation.title(id.text)
      return Effect(
        hasChanged: true, change: try await publish(isRevoked ? .revoked(title) : .restored(title), transaction))
    }
  }
}
