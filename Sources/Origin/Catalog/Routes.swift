internal import HTTP
package import Postgres
package import Publication
package import Routing

/// The catalogue's part of the API.
package struct CatalogRoutes {
  let titles: TitleStore
  let published: PublicTitles
  let settings: CatalogSettings
  let announce: Announcement

  /// Tells the edges of a change that is committed.
  package typealias Announcement = (PublicationChange) async -> Void

  package init(
    _ database: PostgresPool, _ settings: CatalogSettings, publish: @escaping TitleStore.Publishing,
    announce: @escaping Announcement
  ) {
    titles = TitleStore(database, publish: publish)
    published = PublicTitles(database)
    self.settings = settings
    self.announce = announce
  }

  package var routes: [Route] {
    [publicList, publicDetail, list, create, detail, change, publish, unpublish, softDelete, restore]
  }
}

/// The cache tags of what the catalogue answers, named again by the writes that outdate them.
enum CatalogTag {
  static let titles = "titles"
  /// What the schedule answers shows titles' names.
  static let schedule = "schedule"

  static func title(_ id: TitleID) -> String { "title:\(id)" }

  static func all(of id: TitleID) -> [String] { [titles, schedule, title(id)] }
}

extension CatalogError {
  var problem: Problem {
    switch self {
    case .slugTaken: Problem(.conflict, "Slug already exists")
    case .deleted: Problem(.conflict, "Title is deleted; restore it first")
    case .datesOutOfOrder:
      Problem(.unprocessableContent, "end_date: Expected a day not before release_date", title: "Validation error")
    }
  }
}
