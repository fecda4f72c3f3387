internal import Postgres
internal import Routing
package import Vocabulary

/// What an editor says of a new title.
package struct TitleDraft: Decodable, Sendable {
  package var type: TitleType
  package var name: DisplayName
  package var slug: Slug
  package var originalName: DisplayName?
  package var status: TitleStatus?
  package var releaseYear: Year?
  package var overview: Prose?
  package var tagline: Prose?

  package init(type: TitleType, name: DisplayName, slug: Slug) {
    self.type = type
    self.name = name
    self.slug = slug
  }
}

/// What an editor changes; nil leaves a property as it is.
package struct TitleChanges: Decodable, Sendable {
  package var name: DisplayName?
  package var originalName: DisplayName?
  package var slug: Slug?
  package var status: TitleStatus?
  package var releaseYear: Year?
  package var releaseDate: CalendarDate?
  package var endDate: CalendarDate?
  package var runtimeMinutes: Runtime?
  package var overview: Prose?
  package var tagline: Prose?

  package init() {}

  /// `name = $1`, … one for each property that changes.
  var assignments: [SQL] {
    var assignments: [SQL] = []
    if let name { assignments.append("name = \(name)") }
    if let originalName { assignments.append("original_name = \(originalName)") }
    if let slug { assignments.append("slug = \(slug)") }
    if let status { assignments.append("status = \(status)") }
    if let releaseYear { assignments.append("release_year = \(releaseYear.value)") }
    if let releaseDate { assignments.append("release_date = \(releaseDate)") }
    if let endDate { assignments.append("end_date = \(endDate)") }
    if let runtimeMinutes { assignments.append("runtime_minutes = \(runtimeMinutes.value)") }
    if let overview { assignments.append("overview = \(overview)") }
    if let tagline { assignments.append("tagline = \(tagline)") }
    return assignments
  }
}
