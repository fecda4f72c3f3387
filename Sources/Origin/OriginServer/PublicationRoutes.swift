internal import HTTP
internal import Routing

/// What edges ask for themselves. It is in no document: it is no part of the API.
struct PublicationRoutes {
  let publisher: Publisher

  var routes: [Route] { [publication] }

  /// All that is published; 204 when `after` names its version.
  private var publication: Route {
    Route(.get, "/internal/publication", "Tell an edge all that it obeys", Rules(.edge, caching: .noStore)) { call in
      let version = try call.request.query("after").map { text throws(Problem) in
        guard let version = Int64(text) else { throw Problem(.unprocessableContent, "after: Expected a version") }
        return version
      }
      guard let document = try await publisher.document(after: version) else { return Response(.noContent) }
      return Response.json(.ok, document)
    }
  }
}
