internal import HTTP
internal import Postgres
internal import Routing
internal import Signing
internal import Vocabulary

/// What players and browsers read.
extension BundlesRoutes {
  /// Fresh until the first of its bundles ends.
  var publicList: Route {
    Route(
      .get, "/api/v1/titles/{title_id}/bundles", "List the bundles of a title that can be had",
      Rules(.publicKey, caching: .shared(maxAge: settings.listFreshness))
    ) { [published] call in
      let title = try call.publicTitleID
      guard let bundles = try await published.active(of: title) else { throw Problem.noSuchTitle }
      call.reply.freshness = bundles.map(\.expiresAt.timestamp).min().map { $0 - Timestamp.now }
      call.reply.tags = [CacheTag.bundles(of: title), CacheTag.title(title)]
      call.reply.fields.set(.etag, ETag(fingerprint(of: bundles), isWeak: true).description)
      return bundles
    }
  }

  var manifest: Route {
    Route(
      .get, "/api/v1/titles/{title_id}/bundles/{season}/manifest", "Sign the URL of a season bundle's manifest",
      Rules(.publicKey, caching: .noStore)
    ) { [published, objects] call in
      let title = try call.publicTitleID
      guard let season = call.request["season"].flatMap(Int.init), (1...999).contains(season) else {
        throw Problem.path("season", expected: "a whole number from 1 to 999")
      }
      let key = BundleKey.manifest(ofSeason: season, of: title)
      guard try await published.isPublished(title), try await objects.exists(key) else {
        throw Problem(.notFound, "Manifest not found")
      }
      return ["url": objects.manifestURL(key)]
    }
  }

  /// Of what a list says, not of its bytes: hence a weak tag.
  private func fingerprint(of bundles: [PublicBundle]) -> String {
    let lines = bundles.map { bundle in
      let season = bundle.seasonNumber.map { "\($0)" } ?? ""
      return "\(season):\(bundle.id):\(bundle.expiresAt):\(bundle.label?.text ?? "")\n"
    }
    return String(SHA256.hash(Array(lines.joined().utf8)).hex.prefix(32))
  }
}

extension Call {
  /// Bundles are asked for by their title's id alone: 404 for its slug.
  fileprivate var publicTitleID: TitleID {
    get throws(Problem) {
      guard case .id(let id) = try titleReference else { throw .noSuchTitle }
      return id
    }
  }
}
