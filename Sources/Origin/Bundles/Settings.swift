package import Settings

package struct BundlesSettings: Sendable {
  /// `BUNDLE_DEFAULT_TTL_DAYS`: how long a bundle can be had when its editor does not say. Default 14.
  package var usualDays = 14
  /// `BUNDLE_MAX_TTL_DAYS`: what an editor asks for beyond it is cut. Default 60.
  package var mostDays = 60
  /// `PUBLIC_BUNDLES_TTL_SEC`: how long the edge and clients keep a title's list of bundles. Default 600.
  package var listFreshness: Duration = .seconds(600)
  /// `PUBLIC_DOWNLOADS_CACHE_TTL`: the same of what says how a title is downloaded. Default 60.
  package var policyFreshness: Duration = .seconds(60)

  package init() {}

  /// Problems are left with the reader.
  package init(_ reader: SettingsReader) {
    mostDays = reader.int("BUNDLE_MAX_TTL_DAYS", default: mostDays, in: 1...36_500)
    usualDays = reader.int("BUNDLE_DEFAULT_TTL_DAYS", default: min(usualDays, mostDays), in: 1...mostDays)
    listFreshness = reader.duration("PUBLIC_BUNDLES_TTL_SEC", default: listFreshness, in: Self.range)
    policyFreshness = reader.duration("PUBLIC_DOWNLOADS_CACHE_TTL", default: policyFreshness, in: Self.range)
  }

  private static let range: ClosedRange<Duration> = .zero ... .seconds(86_400)
}
