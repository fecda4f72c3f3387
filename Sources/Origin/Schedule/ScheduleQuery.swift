internal import Postgres
package import Publication
package import Routing
package import Vocabulary

/// What anyone may ask of the schedule.
package struct UpcomingQuery: Decodable, Sendable {
  package var days: Bounded<DayBounds>?
  /// Lists another country than the caller's own.
  package var country: CountryCode?
  package var type: TitleType?
  package var limit: Bounded<LimitBounds>?

  package init() {}
}

package struct WorldwideQuery: Decodable, Sendable {
  package var days: Bounded<DayBounds>?
  package var type: TitleType?
  package var limit: Bounded<LimitBounds>?

  package init() {}
}

package enum DayBounds: Bounds { package static let range = 1...180 }
package enum LimitBounds: Bounds { package static let range = 1...200 }

/// For whom a schedule is made.
package enum Audience: Hashable, Sendable {
  /// Only what opens everywhere: for worldwide lists, and for whoever's country is unknown.
  case everywhere
  case country(CountryCode)

  /// Of a window `w`. A country that is unknown is in no list, and may be in any.
  var condition: SQL {
    switch self {
    case .everywhere: "w.territory_mode = 'GLOBAL'"
    case .country(let country):
      """
      CASE w.territory_mode WHEN 'GLOBAL' THEN true
        WHEN 'INCLUDE' THEN \(country) = ANY (w.countries) ELSE \(country) <> ALL (w.countries) END
      """
    }
  }
}
