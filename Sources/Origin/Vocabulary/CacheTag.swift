/// The cache tags of what the slices answer, sent as Cache-Tag and named again by the writes that outdate them.
package enum CacheTag {
  package static let titles = "titles"
  package static let schedule = "schedule"

  package static func title(_ id: TitleID) -> String { "title:\(id)" }
  package static func bundles(of title: TitleID) -> String { "bundles:\(title)" }
}
