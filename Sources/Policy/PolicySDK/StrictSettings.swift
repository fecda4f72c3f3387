/// Settings are read strictly: a misspelt name is an error, not a default.
extension Decoder {
  /// A container that refuses every name that is not one of `Keys`.
  public func strictContainer<Keys: CodingKey & CaseIterable>(
    keyedBy keys: Keys.Type
  ) throws -> KeyedDecodingContainer<Keys> {
    let known = Set(Keys.allCases.map(\.stringValue))
    let all = try container(keyedBy: AnyKey.self).allKeys.map(\.stringValue)
    if let unknown = all.sorted().first(where: { !known.contains($0) }) {
      let names = known.sorted().joined(separator: ", ")
      throw SettingsRefused("unknown setting \"\(unknown)\"; known are: \(names)")
    }
    return try container(keyedBy: keys)
  }
}

private struct AnyKey: CodingKey {
  let stringValue: String
  var intValue: Int? { nil }
  init?(stringValue: String) { self.stringValue = stringValue }
  init?(intValue: Int) { nil }
}
