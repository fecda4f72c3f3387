internal import PolicySDK

/// `{"headers": ["cf-ipcountry"], "database": "/var/lib/GeoIP/GeoLite2-Country.mmdb"}`.
public struct GeoScheduleSettings: Decodable, Sendable {
  /// In the order in which they are believed; only those of trusted proxies ever arrive.
  let headers: [String]
  /// A MaxMind country database, asked when no header tells; nil: headers only.
  let database: String?

  private enum CodingKeys: CodingKey, CaseIterable { case headers, database }

  public init(from decoder: any Decoder) throws {
    let fields = try decoder.strictContainer(keyedBy: CodingKeys.self)
    headers =
      try fields.decodeIfPresent([String].self, forKey: .headers)?.map { $0.lowercased() }
      ?? ["cf-ipcountry", "x-country", "x-geo-country", "x-app-country"]
    database = try fields.decodeIfPresent(String.self, forKey: .database)
    if headers.isEmpty, database == nil { throw SettingsRefused("neither headers nor a database: no country, ever") }
  }
}
