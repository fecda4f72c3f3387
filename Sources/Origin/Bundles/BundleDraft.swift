package import Routing
package import Vocabulary

/// What an editor says of a new bundle. Its bytes come later, by the URL that the answer holds; with `size_bytes` and
/// `sha256` the store accepts no others.
package struct BundleDraft: Decodable, Sendable {
  package var seasonNumber: Season?
  package var episodeIds: [EpisodeID]?
  /// Longer than the service allows is cut to what it allows.
  package var ttlDays: Bounded<DayBounds>?
  /// Without it a season's bundle is called after its season.
  package var label: Label?
  package var sizeBytes: Bounded<SizeBounds>?
  package var sha256: SHA256Text?

  package enum DayBounds: Bounds { package static let range = 1...36_500 }
  /// One PUT takes no more than 5 GiB. Source: Amazon S3 User Guide, "Uploading objects".
  package enum SizeBounds: Bounds { package static let range = 0...5_368_709_120 }

  package init() {}

  var name: Label? { label ?? seasonNumber.flatMap { Label("Season \($0.value)") } }

  func key(of title: TitleID) -> String {
    seasonNumber.map { BundleKey.season($0.value, of: title) } ?? BundleKey.adHoc(of: title)
  }
}

/// What an editor changes; nil leaves a property as it is.
package struct BundleChanges: Decodable, Sendable {
  /// Empty: the bundle has none afterwards.
  package var label: Label?
  package var expiresAt: Moment?

  package init() {}
}

package typealias Season = Bounded<SeasonBounds>
/// 0 holds the specials.
package enum SeasonBounds: Bounds { package static let range = 0...999 }
