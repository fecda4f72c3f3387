internal import HTTP
package import Postgres
package import Routing
package import Vocabulary

/// The catalogue's part of the API.
package struct CatalogRoutes {
  let titles: TitleStore
  let published: PublicTitles
  let settings: CatalogSettings
  let announce: Announcement

  package init(
    _ database: PostgresPool, _ settings: CatalogSettings, publish: @escaping Publishing,
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

extension CacheTag {
  /// What a change of a title outdates: what the schedule answers shows titles' names.
  static func all(of title: TitleID) -> [String] { [titles, schedule, CacheTag.title(title)] }
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
