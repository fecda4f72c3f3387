internal import Postgres
internal import Vocabulary

extension PostgresSession {
  /// The rows of one page of the titles `t` that match, and how many match in all: in one statement, of one moment.
  func titles(
    _ columns: SQL, where condition: SQL, by order: SQL, count: Int, from start: Int
  ) async throws -> (rows: [Row], total: Int) {
    let rows = try await query(
      """
      SELECT matching.total, page.* FROM (SELECT count(*) AS total FROM titles t WHERE \(condition)) matching
      LEFT JOIN (
        SELECT \(columns), row_number() OVER (ORDER BY \(order), t.id) AS position
        FROM titles t WHERE \(condition) ORDER BY position LIMIT \(count) OFFSET \(start)
      ) page ON true
      ORDER BY page.position
      """)
    // A page past the end is one row that holds nothing but the total.
    return (try rows.filter { try $0.get("id", as: TitleID?.self) != nil }, try rows[0].get("total"))
  }
}
