package import Postgres
internal import Routing
package import Vocabulary

/// Why the catalogue refuses a change.
package enum CatalogError: Error, Equatable {
  case slugTaken
  /// The end would lie before the release.
  case datesOutOfOrder
  case deleted
}

/// The editors' side of the catalogue: all titles, published or not.
package struct TitleStore {
  let database: PostgresPool
  let publish: Publishing

  package init(_ database: PostgresPool, publish: @escaping Publishing) {
    self.database = database
    self.publish = publish
  }

  /// The new title, unpublished.
  package func create(_ draft: TitleDraft) async throws -> Title {
    try await titles(
      """
      INSERT INTO titles AS t (type, name, slug, original_name, status, release_year, overview, tagline)
      VALUES (\(draft.type), \(draft.name), \(draft.slug), \(draft.originalName),
        \(draft.status ?? .announced), \(draft.releaseYear?.value), \(draft.overview), \(draft.tagline))
      RETURNING \(Title.columns)
      """)[0]
  }

  package func find(_ id: TitleID) async throws -> Title? {
    try await titles("SELECT \(Title.columns) FROM titles t WHERE t.id = \(id)").first
  }

  /// The titles of one page, deleted ones too, and how many there are in all.
  package func list(_ query: AdminTitleQuery) async throws -> (titles: [Title], total: Int) {
    let (rows, total) = try await database.titles(
      Title.columns, where: query.condition, by: query.order, count: query.count, from: query.start)
    return (try rows.map(Title.init(row:)), total)
  }

  /// The title after the change; nil when there is none of that id.
  package func change(_ id: TitleID, _ changes: TitleChanges) async throws -> Title? {
    let assignments = SQL(joining: changes.assignments + ["updated_at = now()"], by: ", ")
    return try await titles("UPDATE titles t SET \(assignments) WHERE t.id = \(id) RETURNING \(Title.columns)").first
  }

  /// Files the title under exactly these genres, made where they are new.
  package func classify(_ id: TitleID, under genres: [DisplayName]) async throws {
    try await database.execute(
      """
      WITH wanted AS (
        SELECT DISTINCT ON (lower(name COLLATE "und-x-icu")) name FROM unnest(\(genres)::text[]) AS name),
      filed AS (
        INSERT INTO genres (name) SELECT name FROM wanted
        ON CONFLICT ON CONSTRAINT genres_name_unique DO UPDATE SET name = genres.name RETURNING id),
      removed AS (DELETE FROM title_genres WHERE title_id = \(id) AND genre_id NOT IN (SELECT id FROM filed))
      INSERT INTO title_genres (title_id, genre_id) SELECT \(id), id FROM filed ON CONFLICT DO NOTHING
      """)
  }

  private func titles(_ sql: SQL) async throws -> [Title] {
    do {
      return try await database.query(sql).map(Title.init(row:))
    } catch  where error.violates("titles_slug_unique") {
      throw CatalogError.slugTaken
    } catch  where error.violates("titles_dates_in_order") {
      throw CatalogError.datesOutOfOrder
    }
  }
}
