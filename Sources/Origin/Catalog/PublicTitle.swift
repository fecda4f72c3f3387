internal import Postgres
package import Routing
package import Vocabulary

/// A title in a list, as anyone may see it. It has no poster yet: artwork is not the catalogue's.
package struct TitleSummary: Codable, Sendable {
  package let id: TitleID
  package let type: TitleType
  package let slug: Slug
  package let name: DisplayName
  @OrNull package private(set) var year: Int?
  @OrNull package private(set) var posterUrl: String?
  package let genres: [String]
  /// 0 to 10.
  @OrNull package private(set) var rating: Double?
}

/// A title by itself, as anyone may see it.
package struct TitleDetail: Codable, Sendable {
  package let id: TitleID
  package let type: TitleType
  package let status: TitleStatus
  package let slug: Slug
  package let name: DisplayName
  @OrNull package private(set) var originalName: DisplayName?
  @OrNull package private(set) var year: Int?
  @OrNull package private(set) var posterUrl: String?
  package let genres: [String]
  @OrNull package private(set) var rating: Double?
  @OrNull package private(set) var synopsis: Prose?
  @OrNull package private(set) var tagline: Prose?
  @OrNull package private(set) var runtimeMinutes: Int?
  /// Unix seconds of the day's start in UTC.
  @OrNull package private(set) var releasedAt: Int64?
  @OrNull package private(set) var backdropUrl: String?
  package let tags: [String]
}

extension TitleSummary {
  static let isPublic: SQL = "t.is_published AND t.deleted_at IS NULL"

  /// What `init(row:)` reads, of a table called `t`.
  static let columns: SQL = """
    t.id, t.type, t.slug, t.name, t.year, t.rating_average, ARRAY(
      SELECT g.name FROM title_genres tg JOIN genres g ON g.id = tg.genre_id
      WHERE tg.title_id = t.id ORDER BY g.display_order, g.folded_name) AS genres
    """

  init(row: Row) throws(PostgresError) {
    self.init(
      id: try row.get("id"), type: try row.get("type"), slug: try row.get("slug"), name: try row.get("name"),
      year: try row.get("year"), posterUrl: nil, genres: try row.get("genres"), rating: try row.get("rating_average"))
  }
}

extension TitleDetail {
  static let columns: SQL = """
    \(TitleSummary.columns), t.status, t.original_name, t.overview, t.tagline, t.runtime_minutes,
    extract(epoch FROM t.release_date)::bigint AS released_at
    """

  init(row: Row) throws(PostgresError) {
    self.init(
      id: try row.get("id"), type: try row.get("type"), status: try row.get("status"), slug: try row.get("slug"),
      name: try row.get("name"), originalName: try row.get("original_name"), year: try row.get("year"),
      posterUrl: nil, genres: try row.get("genres"), rating: try row.get("rating_average"),
      synopsis: try row.get("overview"), tagline: try row.get("tagline"),
      runtimeMinutes: try row.get("runtime_minutes"), releasedAt: try row.get("released_at"), backdropUrl: nil,
      tags: [])
  }
}
