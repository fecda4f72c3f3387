package import Vocabulary

package typealias BundleID = Identifier<BundleKind>
package enum BundleKind: IdentifiedKind {
  package static let name = "a bundle's"
  package static let example = "c2b7f0d4-1a3e-4c59-8f6d-7e9a0b1c2d3e"
}

/// Episodes have no table yet: it need not exist.
package typealias EpisodeID = Identifier<EpisodeKind>
package enum EpisodeKind: IdentifiedKind {
  package static let name = "an episode's"
  package static let example = "0e6a7c15-93d4-4f1e-8a0b-5d2c9f4e7b31"
}
