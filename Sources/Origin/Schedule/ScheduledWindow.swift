internal import Postgres
package import Publication
package import Routing
package import Vocabulary

/// A window as editors see it.
package struct ScheduledWindow: Codable, Sendable {
  package let id: String
  package let windowStart: Moment
  @OrNull package private(set) var windowEnd: Moment?
  package let territoryMode: TerritoryMode
  package let countries: [CountryCode]
  package let distribution: [Distribution]
  package let deviceClasses: [DeviceClass]
  @OrNull package private(set) var rights: Rights?
}

extension ScheduledWindow {
  /// What `init(row:)` reads, of a table called `w`.
  static let columns: SQL = """
    w.id, w.window_start, w.window_end, w.territory_mode, w.countries, w.distribution, w.device_classes, w.rights
    """

  init(row: Row) throws {
    let rights: JSONText? = try row.get("rights")
    self.init(
      id: try row.get("id"), windowStart: try row.get("window_start"), windowEnd: try row.get("window_end"),
      territoryMode: try row.get("territory_mode"), countries: try row.get("countries"),
      distribution: try row.get("distribution"), deviceClasses: try row.get("device_classes"),
      rights: try rights.map { try JSONDocument.decode(Rights.self, from: Array($0.text.utf8)) })
  }
}
