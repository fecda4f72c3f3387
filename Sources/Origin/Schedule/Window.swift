internal import Postgres
internal import Publication
internal import Routing
package import Vocabulary

/// A span of time in which a title may be had, half-open: it starts at `start` and is over at `end`. It cannot exist
/// unless it ends after it starts and its territory is whole.
package struct Window: Hashable, Sendable {
  package let start: Moment
  /// Nil: it never ends.
  package let end: Moment?
  package let territory: Territory
  package let distribution: Set<Distribution>
  package let deviceClasses: Set<DeviceClass>
  package let rights: Rights?

  /// Nil when the end does not lie after the start.
  package init?(
    start: Moment, end: Moment? = nil, territory: Territory = .global, distribution: Set<Distribution> = [],
    deviceClasses: Set<DeviceClass> = [], rights: Rights? = nil
  ) {
    if let end, end.timestamp <= start.timestamp { return nil }
    self.start = start
    self.end = end
    self.territory = territory
    self.distribution = distribution
    self.deviceClasses = deviceClasses
    self.rights = rights
  }
}

package enum Distribution: String, CaseIterable, Codable, Sendable, PostgresEncodable, PostgresDecodable {
  case subscription = "SVOD"
  case advertising = "AVOD"
  case rental = "TVOD"
  case purchase = "EST"
  case free = "FREE"
}

package enum DeviceClass: String, CaseIterable, Codable, Sendable, PostgresEncodable, PostgresDecodable {
  case web = "WEB"
  case mobile = "MOBILE"
  case television = "TV"
  case tablet = "TABLET"
  case console = "CONSOLE"
  case other = "OTHER"
}

extension Window: Decodable {
  private enum CodingKeys: CodingKey {
    case windowStart, windowEnd, territoryMode, countries, distribution, deviceClasses, rights
  }

  package init(from decoder: any Decoder) throws {
    let members = try decoder.container(keyedBy: CodingKeys.self)
    func refuse(_ key: CodingKeys, expected: String) -> DecodingError {
      .expected(expected, at: members.codingPath + [key])
    }
    let start = try members.decode(Moment.self, forKey: .windowStart)
    let end = try members.decodeIfPresent(Moment.self, forKey: .windowEnd)
    let mode = try members.decodeIfPresent(TerritoryMode.self, forKey: .territoryMode) ?? .global
    let countries = try members.decodeIfPresent([CountryCode].self, forKey: .countries) ?? []
    let distribution = try members.decodeIfPresent([Distribution].self, forKey: .distribution) ?? []
    let deviceClasses = try members.decodeIfPresent([DeviceClass].self, forKey: .deviceClasses) ?? []
    let rights = try members.decodeIfPresent(Rights.self, forKey: .rights)
    guard let territory = Territory(mode, Set(countries)) else {
      throw refuse(.countries, expected: mode == .global ? "no countries with GLOBAL" : "at least one country")
    }
    guard
      let window = Window(
        start: start, end: end, territory: territory, distribution: Set(distribution),
        deviceClasses: Set(deviceClasses), rights: rights)
    else { throw refuse(.windowEnd, expected: "a moment after window_start") }
    self = window
  }
}

/// All windows of one title: no two of them with the same span and territory.
package struct Availability: Decodable, Sendable {
  package let windows: [Window]

  /// More windows than a title was ever seen with, few enough for one statement.
  private static let limit = 1_000

  /// Nil when there are too many, or two are the same.
  package init?(_ windows: [Window]) {
    let places = Set(windows.map { Place(start: $0.start, end: $0.end, territory: $0.territory) })
    guard windows.count <= Self.limit, places.count == windows.count else { return nil }
    self.windows = windows
  }

  private enum CodingKeys: CodingKey { case windows }

  package init(from decoder: any Decoder) throws {
    let members = try decoder.container(keyedBy: CodingKeys.self)
    guard let availability = Availability(try members.decode([Window].self, forKey: .windows)) else {
      let expected = "at most \(Self.limit) windows, no two with the same span and territory"
      throw DecodingError.expected(expected, at: [CodingKeys.windows])
    }
    self = availability
  }

  private struct Place: Hashable {
    let start: Moment
    let end: Moment?
    let territory: Territory
  }
}
