internal import Postgres
package import Routing
package import Vocabulary

/// A title as its editors see it.
package struct Title: Codable, Sendable {
  package let id: TitleID
  package let type: TitleType
  package let status: TitleStatus
  package let name: DisplayName
  @OrNull package private(set) var originalName: DisplayName?
  package let slug: Slug
  @OrNull package private(set) var overview: Prose?
  @OrNull package private(set) var tagline: Prose?
  package let isPublished: Bool
  @OrNull package private(set) var releaseYear: Int?
  @OrNull package private(set) var releaseDate: CalendarDate?
  @OrNull package private(set) var endDate: CalendarDate?
  @OrNull package private(set) var runtimeMinutes: Int?
  package let popularityScore: Double
  /// 0 to 10; nil before the first rating.
  @OrNull package private(set) var ratingAverage: Double?
  package let ratingCount: Int64
  package let createdAt: Moment
  package let updatedAt: Moment
  @OrNull package private(set) var deletedAt: Moment?
}

extension Title {
  /// What `init(row:)` reads, of a table called `t`.
  static let columns: SQL = """
    t.id, t.type, t.status, t.name, t.original_name, t.slug, t.overview, t.tagline, t.is_published, t.release_year,
    t.release_date, t.end_date, t.runtime_minutes, t.popularity_score, t.rating_average, t.rating_count,
    t.created_at, t.updated_at, t.deleted_at
    """

  init(row: Row) throws(PostgresError) {
    self.init(
      id: try row.get("id"), type: try row.get("type"), status: try row.get("status"), name: try row.get("name"),
      originalName: try row.get("original_name"), slug: try row.get("slug"), overview: try row.get("overview"),
      tagline: try row.get("tagline"), isPublished: try row.get("is_published"),
      releaseYear: try row.get("release_year"), releaseDate: try row.get("release_date"),
      endDate: try row.get("end_date"), runtimeMinutes: try row.get("runtime_minutes"),
      popularityScore: try row.get("popularity_score"), ratingAverage: try row.get("rating_average"),
      ratingCount: try row.get("rating_count"), createdAt: try row.get("created_at"),
      updatedAt: try row.get("updated_at"), deletedAt: try row.get("deleted_at"))
  }
}
