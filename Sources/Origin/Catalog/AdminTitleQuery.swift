internal import Postgres
package import Routing
package import Vocabulary

/// What an editor asks of the list of titles.
package struct AdminTitleQuery: Decodable, Sendable {
  package var type: TitleType?
  package var status: TitleStatus?
  package var isPublished: Bool?
  package var q: SearchText?
  /// `created_at`, `popularity`, `rating` or `release_year`, after a `-` descending. Anything else: `-created_at`.
  package var sort: String?
  package var limit: Bounded<LimitBounds>?
  package var offset: Bounded<OffsetBounds>?

  package enum LimitBounds: Bounds { package static let range = 1...200 }
  package enum OffsetBounds: Bounds { package static let range = 0...100_000_000 }

  package init() {}

  var count: Int { limit?.value ?? 20 }
  var start: Int { offset?.value ?? 0 }

  var condition: SQL {
    var conditions: [SQL] = ["true"]
    if let type { conditions.append("t.type = \(type)") }
    if let status { conditions.append("t.status = \(status)") }
    if let isPublished { conditions.append("t.is_published = \(isPublished)") }
    if let q { conditions.append(q.condition) }
    return SQL(joining: conditions, by: " AND ")
  }

  var order: SQL {
    switch sort {
    case "created_at": "t.created_at"
    case "popularity": "t.popularity_score"
    case "-popularity": "t.popularity_score DESC"
    case "rating": "t.rating_average NULLS LAST"
    case "-rating": "t.rating_average DESC NULLS LAST"
    case "release_year": "t.year NULLS LAST"
    case "-release_year": "t.year DESC NULLS LAST"
    default: "t.created_at DESC"
    }
  }
}

extension SearchText {
  /// Of a title `t`: each word occurs somewhere in its names, whatever the case.
  var condition: SQL {
    """
    NOT EXISTS (
      SELECT FROM regexp_split_to_table(lower(\(self)::text COLLATE "und-x-icu"), '\\s+') AS word
      WHERE strpos(t.search_text, word) = 0)
    """
  }
}
