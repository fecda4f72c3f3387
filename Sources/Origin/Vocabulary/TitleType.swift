internal import Postgres

/// The cases' texts are what the database holds and what clients see.
package enum TitleType: String, CaseIterable, Codable, Sendable, PostgresEncodable, PostgresDecodable {
  case movie = "MOVIE"
  case series = "SERIES"
}
