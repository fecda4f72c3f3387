internal import HTTP
package import ObjectStore
package import Postgres
package import Publication
package import Redis
package import Routing
package import Vocabulary

/// The bundles' part of the API, with the tokens that buy their URLs.
package struct BundlesRoutes {
  let bundles: BundleStore
  let published: PublicBundles
  let objects: BundleObjects
  let mint: TokenMint
  let authorize: Authorization
  let announce: Announcement
  let settings: BundlesSettings

  /// Whether tokens for a key may be minted, and how long they may live: asked of the policies, with the lifetime that
  /// was wished for. Throws `Problem` 403 with the rule that refuses.
  package typealias Authorization = (StorageKey, _ lifetime: Int64) throws -> Permit

  package init(
    _ database: PostgresPool, _ bucket: Bucket, _ redis: RedisClient, _ settings: BundlesSettings,
    authorize: @escaping Authorization, publish: @escaping Publishing, announce: @escaping Announcement
  ) {
    bundles = BundleStore(database, publish: publish)
    published = PublicBundles(database: database)
    objects = BundleObjects(bucket: bucket)
    mint = TokenMint(redis: redis)
    self.authorize = authorize
    self.announce = announce
    self.settings = settings
  }

  package var routes: [Route] {
    [create, list, detail, change, delete, publicList, manifest, downloads, episodeDownloads, mintToken]
  }
}

/// What the policies let a token be.
package struct Permit: Equatable, Sendable {
  /// In seconds.
  package let lifetime: Int64
  /// The rule that made it other than wished for.
  package let limitedBy: String?

  package init(lifetime: Int64, limitedBy: String?) {
    self.lifetime = lifetime
    self.limitedBy = limitedBy
  }
}

extension Problem {
  static var noSuchBundle: Problem { Problem(.notFound, "Bundle not found") }

  /// What stands in the path cannot be such a thing.
  static func path(_ name: String, expected: String) -> Problem {
    Problem(.unprocessableContent, "path.\(name): Expected \(expected)", title: "Validation error")
  }
}
