internal import HTTP
internal import Routing
internal import Vocabulary

/// How a title is downloaded: as bundles. Single files are never listed, so both answers are the same for every title.
extension BundlesRoutes {
  var downloads: Route {
    Route(
      .get, "/api/v1/titles/{title_id}/downloads", "Tell how a title is downloaded",
      Rules(.publicKey, caching: .shared(maxAge: settings.policyFreshness))
    ) { call in
      let title = try call.uuid("title_id", as: TitleID.self)
      return TitleDownloads(titleId: title, alternatives: Alternatives(title))
    }
  }

  var episodeDownloads: Route {
    Route(
      .get, "/api/v1/titles/{title_id}/episodes/{episode_id}/downloads", "Tell how an episode is downloaded",
      Rules(.publicKey, caching: .shared(maxAge: settings.policyFreshness))
    ) { call in
      let title = try call.uuid("title_id", as: TitleID.self)
      let episode = try call.uuid("episode_id", as: EpisodeID.self)
      return EpisodeDownloads(titleId: title, episodeId: episode, alternatives: Alternatives(title))
    }
  }
}

private struct TitleDownloads: Codable {
  let titleId: TitleID
  var policy = "bundles_only"
  var title: [String] = []
  var episodes: [String] = []
  let alternatives: Alternatives
}

private struct EpisodeDownloads: Codable {
  let titleId: TitleID
  let episodeId: EpisodeID
  var policy = "bundles_only"
  var items: [String] = []
  let alternatives: Alternatives
}

/// Where to go instead, below the API's root.
private struct Alternatives: Codable {
  let bundleList: String
  let deliverySingle: String
  let deliveryBatch: String

  init(_ title: TitleID) {
    bundleList = "/titles/\(title)/bundles"
    deliverySingle = "/delivery/download-url"
    deliveryBatch = "/delivery/batch-download-urls"
  }
}

extension Call {
  fileprivate func uuid<ID: DomainValue>(_ name: String, as type: ID.Type) throws(Problem) -> ID {
    guard let id = request[name].flatMap({ ID($0) }) else { throw .path(name, expected: ID.expectation) }
    return id
  }
}
