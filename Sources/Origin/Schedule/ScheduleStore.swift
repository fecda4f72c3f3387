package import Postgres
package import Routing
package import Vocabulary

/// What is about to open.
package struct ScheduleStore {
  private let database: any PostgresSession

  package init(_ database: any PostgresSession) { self.database = database }

  /// Published titles with a window that opens for the audience in `[now, end)`, each with the first such window, in
  /// the order in which they open; and how many there are before `limit`.
  package func opening(
    for audience: Audience, from now: Timestamp, before end: Timestamp, type: TitleType?, limit: Int
  ) async throws -> (items: [ScheduleItem], total: Int) {
    let isOfType: SQL = type.map { "t.type = \($0)" } ?? "true"
    let rows = try await database.query(
      """
      SELECT first.*, count(*) OVER () AS total FROM (
        SELECT DISTINCT ON (t.id)
          t.id, t.type, t.name, t.slug, w.territory_mode, w.window_start,
          extract(epoch FROM w.window_start)::bigint AS release_at
        FROM availability_windows w JOIN titles t ON t.id = w.title_id
        WHERE t.is_published AND t.deleted_at IS NULL AND \(isOfType)
          AND w.window_start >= \(now) AND w.window_start < \(end) AND \(audience.condition)
        ORDER BY t.id, w.window_start, w.territory_mode = 'GLOBAL' DESC
      ) first
      ORDER BY first.window_start, first.id LIMIT \(limit)
      """)
    return (try rows.map { try ScheduleItem(row: $0, for: audience) }, try rows.first?.get("total") ?? 0)
  }

  /// When that list becomes another one by itself: one of its windows opens, or a later one comes within its span. Nil:
  /// never.
  package func nextChange(
    for audience: Audience, from now: Timestamp, before end: Timestamp, type: TitleType?
  ) async throws -> Timestamp? {
    let isOfType: SQL = type.map { "t.type = \($0)" } ?? "true"
    let row = try await database.query(
      """
      SELECT min(w.window_start) FILTER (WHERE w.window_start < \(end)) AS opens,
        min(w.window_start) FILTER (WHERE w.window_start >= \(end)) AS enters
      FROM availability_windows w JOIN titles t ON t.id = w.title_id
      WHERE t.is_published AND t.deleted_at IS NULL AND \(isOfType)
        AND w.window_start >= \(now) AND \(audience.condition)
      """
    ).first
    let opens: Timestamp? = try row?.get("opens")
    let enters: Timestamp? = try row?.get("enters")
    let span = end - now
    return [opens, enters.map { $0 + (.zero - span) }].compactMap { $0 }.min { $0 - $1 < .zero }
  }
}

/// A title and when it opens.
package struct ScheduleItem: Codable, Sendable {
  package let id: TitleID
  package let type: TitleType
  package let name: String
  package let slug: String
  /// Unix seconds.
  package let releaseAt: Int64
  /// The country, or `WW` for a window that opens everywhere.
  package let region: String
  package let isWorldwide: Bool
  @OrNull package private(set) var posterUrl: String?
  @OrNull package private(set) var trailerUrl: String?

  init(row: Row, for audience: Audience) throws(PostgresError) {
    id = try row.get("id")
    type = try row.get("type")
    name = try row.get("name")
    slug = try row.get("slug")
    releaseAt = try row.get("release_at")
    isWorldwide = try row.get("territory_mode") == TerritoryMode.global
    region = if case .country(let country) = audience, !isWorldwide { country.text } else { "WW" }
    posterUrl = nil
    trailerUrl = nil
  }
}
