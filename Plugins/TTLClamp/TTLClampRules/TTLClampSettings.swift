internal import PolicySDK

/// `{"minimum": 60, "maximum": 3600, "prefixes": [{"prefix": "bundles/", "maximum": 900}]}`, all in seconds.
/// What a prefix leaves out, it takes from the general range.
public struct TTLClampSettings: Decodable, Sendable {
  struct Range: Sendable {
    /// SigV4 accepts no URL that lives longer than seven days.
    static let longest: Int64 = 604_800

    let minimum: Int64
    let maximum: Int64

    init(minimum: Int64, maximum: Int64, of what: String) throws(SettingsRefused) {
      guard minimum >= 1, maximum <= Self.longest, minimum <= maximum else {
        throw SettingsRefused(
          "\(what): minimum \(minimum) and maximum \(maximum) must satisfy 1 <= minimum <= maximum <= \(Self.longest)")
      }
      self.minimum = minimum
      self.maximum = maximum
    }
  }

  struct Prefix: Sendable {
    let text: String
    let range: Range
    let bytes: [UInt8]
  }

  let general: Range
  let prefixes: [Prefix]

  private enum CodingKeys: CodingKey, CaseIterable { case minimum, maximum, prefixes }

  private struct Entry: Decodable {
    let prefix: String
    let minimum: Int64?
    let maximum: Int64?

    private enum CodingKeys: CodingKey, CaseIterable { case prefix, minimum, maximum }

    init(from decoder: any Decoder) throws {
      let fields = try decoder.strictContainer(keyedBy: CodingKeys.self)
      prefix = try fields.decode(String.self, forKey: .prefix)
      minimum = try fields.decodeIfPresent(Int64.self, forKey: .minimum)
      maximum = try fields.decodeIfPresent(Int64.self, forKey: .maximum)
    }
  }

  public init(from decoder: any Decoder) throws {
    let fields = try decoder.strictContainer(keyedBy: CodingKeys.self)
    let minimum = try fields.decodeIfPresent(Int64.self, forKey: .minimum) ?? 60
    let maximum = try fields.decodeIfPresent(Int64.self, forKey: .maximum) ?? 3600
    general = try Range(minimum: minimum, maximum: maximum, of: "the general range")
    prefixes = try (fields.decodeIfPresent([Entry].self, forKey: .prefixes) ?? []).map { entry in
      let range = try Range(
        minimum: entry.minimum ?? minimum, maximum: entry.maximum ?? maximum, of: "prefix \"\(entry.prefix)\"")
      return Prefix(text: entry.prefix, range: range, bytes: Array(entry.prefix.utf8))
    }
  }
}
