package import Settings

package struct CatalogSettings: Sendable {
  /// `PUBLIC_LIST_CACHE_TTL_SECONDS`, or by its older name `PUBLIC_CACHE_TTL_SECONDS`: how long the edge and clients
  /// keep a list of titles. Default 30.
  package var listFreshness: Duration = .seconds(30)
  /// `PUBLIC_ITEM_CACHE_TTL_SECONDS`: the same of a single title. Default 0: it is not cached.
  package var itemFreshness: Duration = .zero

  package init() {}

  /// Problems are left with the reader.
  package init(_ reader: SettingsReader) {
    let older = reader.duration("PUBLIC_CACHE_TTL_SECONDS", default: listFreshness, in: Self.range)
    listFreshness = reader.duration("PUBLIC_LIST_CACHE_TTL_SECONDS", default: older, in: Self.range)
    itemFreshness = reader.duration("PUBLIC_ITEM_CACHE_TTL_SECONDS", default: itemFreshness, in: Self.range)
  }

  private static let range: ClosedRange<Duration> = .zero ... .seconds(86_400)
}
