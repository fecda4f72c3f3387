internal import Postgres
package import Publication
internal import Vocabulary

/// How a window names the countries where it applies. The texts are what the database holds and what clients see.
package enum TerritoryMode: String, CaseIterable, Codable, Sendable, PostgresEncodable, PostgresDecodable {
  case global = "GLOBAL"
  case include = "INCLUDE"
  case exclude = "EXCLUDE"
}

/// Where a window applies.
package enum Territory: Hashable, Sendable {
  case global
  case include(Set<CountryCode>)
  case exclude(Set<CountryCode>)

  /// Nil when a list is missing, or given where there is nothing to list.
  package init?(_ mode: TerritoryMode, _ countries: Set<CountryCode>) {
    guard (mode == .global) == countries.isEmpty else { return nil }
    self =
      switch mode {
      case .global: .global
      case .include: .include(countries)
      case .exclude: .exclude(countries)
      }
  }

  package var mode: TerritoryMode {
    switch self {
    case .global: .global
    case .include: .include
    case .exclude: .exclude
    }
  }

  /// Sorted, so that equal territories are equal rows.
  package var countries: [CountryCode] {
    switch self {
    case .global: []
    case .include(let countries), .exclude(let countries): countries.sorted { $0.text < $1.text }
    }
  }
}
