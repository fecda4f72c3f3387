package import Postgres
package import Vocabulary

/// The catalogue as anyone may see it.
package struct PublicTitles {
  private let database: any PostgresSession

  package init(_ database: any PostgresSession) { self.database = database }

  package func find(_ reference: TitleReference) async throws -> TitleDetail? {
    let isMeant: SQL
    switch reference {
    case .id(let id): isMeant = "t.id = \(id)"
    case .slug(let slug): isMeant = "t.slug = \(slug)"
    case .unknown: return nil
    }
    return try await database.query(
      """
      SELECT \(TitleDetail.columns) FROM titles t WHERE \(isMeant) AND \(TitleSummary.isPublic)
      """
    ).first.map(TitleDetail.init(row:))
  }

  /// The titles of one page, and how many match in all.
  package func list(_ query: PublicTitleQuery) async throws -> (titles: [TitleSummary], total: Int) {
    let (rows, total) = try await database.titles(
      TitleSummary.columns, where: query.condition, by: query.ordering, count: query.size,
      from: (query.number - 1) * query.size)
    return (try rows.map(TitleSummary.init(row:)), total)
  }

  /// How many of the matching titles each genre has, by its name.
  package func genreCounts(_ query: PublicTitleQuery) async throws -> [String: Int] {
    let rows = try await database.query(
      """
      SELECT g.name, count(*) AS count FROM titles t
      JOIN title_genres tg ON tg.title_id = t.id JOIN genres g ON g.id = tg.genre_id
      WHERE \(query.condition) GROUP BY g.id
      """)
    return try rows.reduce(into: [:]) { $0[try $1.get("name")] = try $1.get("count") }
  }
}
