internal import PolicySDK

/// `{"headers": ["cf-ipcountry"], "database": "/var/lib/GeoIP/GeoLite2-Country.mmdb", "regions": [["DE", "AT"]]}`.
public struct GeoScheduleSettings: Decodable, Sendable {
  /// In the order in which they are believed; only those of trusted proxies ever arrive.
  let headers: [String]
  /// A MaxMind country database, asked when no header tells; nil: headers only.
  let database: String?
  /// Countries for which every title has the same rights: they share one kept answer, that of the first. No country may
  /// stand twice.
  let regions: [[Country]]

  private enum CodingKeys: CodingKey, CaseIterable { case headers, database, regions }

  public init(from decoder: any Decoder) throws {
    let fields = try decoder.strictContainer(keyedBy: CodingKeys.self)
    headers =
      try fields.decodeIfPresent([String].self, forKey: .headers)?.map { $0.lowercased() }
      ?? ["cf-ipcountry", "x-country", "x-geo-country", "x-app-country"]
    database = try fields.decodeIfPresent(String.self, forKey: .database)
    let named = try fields.decodeIfPresent([[String]].self, forKey: .regions) ?? []
    regions = try named.map { try $0.map(Self.country) }
    let all = named.joined()
    if Set(all).count != all.count { throw SettingsRefused("regions: a country may stand only once") }
    if regions.contains(where: { $0.count < 2 }) { throw SettingsRefused("regions: each needs two countries or more") }
    if headers.isEmpty, database == nil { throw SettingsRefused("neither headers nor a database: no country, ever") }
  }

  private static func country(_ code: String) throws(SettingsRefused) -> Country {
    guard let country = Country(code) else {
      throw SettingsRefused("regions: \"\(code)\" is no country: two capital letters, as DE")
    }
    return country
  }
}
