internal import Signing
internal import Vocabulary

/// Where a bundle's bytes are. Only made of a title's id and a number or of chance: no caller chooses a key.
enum BundleKey {
  /// `bundles/{title}/S01.zip`.
  static func season(_ number: Int, of title: TitleID) -> String { "\(stem(number, title)).zip" }

  /// What describes the season's bundle, for players that fetch parts of it.
  static func manifest(ofSeason number: Int, of title: TitleID) -> String { "\(stem(number, title))_manifest.json" }

  /// A bundle of no season: a film's, or a choice of episodes.
  static func adHoc(of title: TitleID) -> String { "bundles/\(title)/bundle_\(Hex.encode(RandomBytes.make(6))).zip" }

  private static func stem(_ number: Int, _ title: TitleID) -> String {
    "bundles/\(title)/S\(number < 10 ? "0" : "")\(number)"
  }
}
