internal import Postgres
internal import Publication
internal import Vocabulary

/// Windows as edges obey them: in whole seconds, and never open longer than the editor said.
extension AvailabilityWindow {
  /// What `init(row:)` reads, of a table called `w`.
  static let columns: SQL = """
    ceil(extract(epoch FROM w.window_start))::bigint AS start_second,
    floor(extract(epoch FROM w.window_end))::bigint AS end_second, w.territory_mode, w.countries
    """

  /// Of a window `w`: it is open for a whole second.
  static let isSeen: SQL = """
    (w.window_end IS NULL OR floor(extract(epoch FROM w.window_end)) > ceil(extract(epoch FROM w.window_start)))
    """

  init(row: Row) throws(PostgresError) {
    let countries = try row.get("countries", as: [CountryCode].self)
    let territory: Publication.Territory =
      switch try row.get("territory_mode", as: TerritoryMode.self) {
      case .global: .global
      case .include: .include(countries)
      case .exclude: .exclude(countries)
      }
    self.init(start: try row.get("start_second"), end: try row.get("end_second"), territory: territory)
  }
}
