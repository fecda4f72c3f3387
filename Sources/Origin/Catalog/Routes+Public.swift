internal import HTTP
internal import Routing
internal import Vocabulary

/// What players and browsers read.
extension CatalogRoutes {
  var publicList: Route {
    Route(
      .get, "/api/v1/titles", "List and search the published titles",
      Rules(.publicKey, caching: .shared(maxAge: settings.listFreshness))
    ) { [published] (call, query: PublicTitleQuery) in
      let (titles, total) = try await published.list(query)
      call.reply.fields.set(.xTotalCount, "\(total)")
      call.reply.fields.set(.link, PageLinks(call.request, page: query.number, size: query.size, total: total).field)
      call.reply.tags = [CacheTag.titles]
      return TitlePage(
        items: titles, page: query.number, pageSize: query.size, total: total,
        totalPages: (total + query.size - 1) / query.size,
        facets: Facets(genres: try await published.genreCounts(query)))
    }
  }

  var publicDetail: Route {
    Route(
      .get, "/api/v1/titles/{title_id}", "Show a published title, by id or slug",
      Rules(.publicKey, caching: .shared(maxAge: settings.itemFreshness))
    ) { [published] call in
      guard let title = try await published.find(try call.titleReference) else { throw Problem.noSuchTitle }
      call.reply.tags = [CacheTag.title(title.id)]
      return title
    }
  }
}

/// One page of titles.
private struct TitlePage: Codable {
  let items: [TitleSummary]
  let page: Int
  let pageSize: Int
  let total: Int
  let totalPages: Int
  let facets: Facets
}

/// How many of all matching titles fall under each value.
private struct Facets: Codable {
  let genres: [String: Int]
}
