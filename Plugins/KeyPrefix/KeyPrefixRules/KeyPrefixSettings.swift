internal import PolicySDK

/// Which keys may be issued. Without settings: season bundles and the ZIP files of extras, as the service began.
public struct KeyPrefixSettings: Decodable, Sendable {
  /// Keys below a prefix with one of some extensions: `{"prefix": "bundles/", "extensions": ["zip"]}`.
  struct Tree: Decodable, Sendable {
    let prefix: String
    let extensions: [String]

    private enum CodingKeys: CodingKey, CaseIterable { case prefix, extensions }

    init(from decoder: any Decoder) throws {
      let fields = try decoder.strictContainer(keyedBy: CodingKeys.self)
      prefix = try fields.decode(String.self, forKey: .prefix)
      extensions = try fields.decode([String].self, forKey: .extensions)
      guard !prefix.contains("*") else { throw SettingsRefused("prefix \"\(prefix)\" contains a *: use allow") }
      guard !extensions.isEmpty else { throw SettingsRefused("prefix \"\(prefix)\" names no extension") }
    }
  }

  let allow: [String]
  let deny: [String]

  private enum CodingKeys: CodingKey, CaseIterable { case allow, deny, prefixes }

  public init(from decoder: any Decoder) throws {
    let fields = try decoder.strictContainer(keyedBy: CodingKeys.self)
    let patterns = try fields.decodeIfPresent([String].self, forKey: .allow)
    let trees = try fields.decodeIfPresent([Tree].self, forKey: .prefixes)
    deny = try fields.decodeIfPresent([String].self, forKey: .deny) ?? []
    if patterns == nil, trees == nil {
      allow = ["bundles/**.zip", "downloads/**/extras/**.zip"]
    } else {
      allow = (patterns ?? []) + (trees ?? []).flatMap { tree in tree.extensions.map { "\(tree.prefix)**.\($0)" } }
    }
    guard !allow.isEmpty else { throw SettingsRefused("allow and prefixes are empty: no key could be issued") }
  }
}
