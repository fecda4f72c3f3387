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
    let rows = try await database.query(
      """
      SELECT matching.total, page.* FROM (SELECT count(*) AS total FROM titles t WHERE \(query.condition)) matching
      LEFT JOIN (
        SELECT \(TitleSummary.columns), row_number() OVER (ORDER BY \(query.ordering), t.id) AS position
        FROM titles t WHERE \(query.condition)
        ORDER BY position LIMIT \(query.size) OFFSET \((query.number - 1) * query.size)
      ) page ON true
      ORDER BY page.position
      """)
    // A page past the end is one row that holds nothing but the total.
    let titles = try rows.filter { try $0.get("id", as: TitleID?.self) != nil }.map(TitleSummary.init(row:))
    return (titles, try rows[0].get("total"))
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
