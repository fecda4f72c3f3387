/// CDN-Cache-Control and its like: the same directives, as a structured dictionary. Source: RFC 9213.
extension CacheControl {
  /// The field that speaks to this cache: the first of the list that can be read. It replaces Cache-Control and
  /// Expires; nil when there is none, or when none of them is a dictionary.
  package init?(targeted fields: Fields, _ names: [FieldName] = [.ownCacheControl, .cdnCacheControl]) {
    for name in names {
      guard let text = fields.combined(name), let members = StructuredDictionary(text.utf8)?.members, !members.isEmpty
      else { continue }
      self.init()
      for (name, value) in members { apply(name, value) }
      return
    }
    return nil
  }

  /// A value of another type than the directive's makes as if it were not there. Source: RFC 9213 §2.1.
  private mutating func apply(_ name: String, _ value: StructuredDictionary.Value) {
    switch value {
    case .integer(let seconds) where Self.takesSeconds(name): apply(name, "\(seconds)")
    case .text(let names) where !Self.takesSeconds(name): apply(name, names)
    case .flag(true) where !Self.takesSeconds(name): apply(name, nil)
    case .flag, .integer, .text, .other: break
    }
  }

  private static func takesSeconds(_ name: String) -> Bool {
    ["max-age", "s-maxage", "stale-while-revalidate", "stale-if-error"].contains(name)
  }
}
