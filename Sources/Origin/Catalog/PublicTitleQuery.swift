internal import Postgres
package import Routing

/// What anyone may ask of the list of titles. Different filters narrow each other; of several genres or names one is
/// enough.
package struct PublicTitleQuery: Decodable, Sendable {
  package var q: SearchText?
  package var page: Bounded<PageBounds>?
  package var pageSize: Bounded<PageSizeBounds>?
  /// A `TitleSort`; anything else is popularity.
  package var sort: String?
  /// `asc`; anything else is descending.
  package var order: String?
  package var genres: [DisplayName]?
  package var cast: [DisplayName]?
  package var yearGte: Year?
  package var yearLte: Year?
  package var ratingGte: Rating?
  package var ratingLte: Rating?

  package enum PageBounds: Bounds { package static let range = 1...1_000_000 }
  package enum PageSizeBounds: Bounds { package static let range = 1...100 }

  package init() {}

  var number: Int { page?.value ?? 1 }
  var size: Int { pageSize?.value ?? 24 }

  /// Of a title `t`. What is not published, or deleted, exists for editors only.
  var condition: SQL {
    var conditions: [SQL] = [TitleSummary.isPublic]
    if let q { conditions.append(q.condition) }
    if let yearGte { conditions.append("t.year >= \(yearGte.value)") }
    if let yearLte { conditions.append("t.year <= \(yearLte.value)") }
    if let ratingGte { conditions.append("t.rating_average >= \(ratingGte.value)") }
    if let ratingLte { conditions.append("t.rating_average <= \(ratingLte.value)") }
    if let genres, !genres.isEmpty {
      conditions.append(
        """
        EXISTS (
          SELECT FROM title_genres tg JOIN genres g ON g.id = tg.genre_id
          WHERE tg.title_id = t.id AND g.folded_name = ANY (\(folded(genres))))
        """)
    }
    if let cast, !cast.isEmpty {
      conditions.append(
        """
        EXISTS (
          SELECT FROM title_cast tc JOIN people p ON p.id = tc.person_id
          WHERE tc.title_id = t.id AND p.folded_name = ANY (\(folded(cast))))
        """)
    }
    return SQL(joining: conditions, by: " AND ")
  }

  var ordering: SQL {
    let column = (sort.flatMap(TitleSort.init(rawValue:)) ?? .popularity).column
    return order == "asc" ? "\(column) ASC NULLS LAST" : "\(column) DESC NULLS LAST"
  }

  private func folded(_ names: [DisplayName]) -> SQL {
    // The outer collation is the column's, so that its index serves.
    #"SELECT lower(name COLLATE "und-x-icu") COLLATE "default" FROM unnest(\#(names)::text[]) AS name"#
  }
}

enum TitleSort: String {
  case popularity, year, rating, name
  case releasedAt = "released_at"

  var column: SQL {
    switch self {
    case .popularity: "t.popularity_score"
    case .year: "t.year"
    case .rating: "t.rating_average"
    case .name: #"t.name COLLATE "und-x-icu""#
    case .releasedAt: "t.release_date"
    }
  }
}
