internal import HTTP
internal import HTTPServer
internal import Routing

/// The origin as an HTTP service: finds the declared route and takes the request through its rules.
final class OriginService: Service {
  private var router = Router<Route>()
  private let pipeline: RoutePipeline
  /// The API's own description, at /openapi.json; nil where it is not shown.
  private let document: Response?

  /// JSON documents; uploads go to the object store.
  private static let contentLimit = 1024 * 1024

  init(_ routes: [Route], _ pipeline: RoutePipeline, showsDocument: Bool) {
    self.pipeline = pipeline
    let description = OpenAPI(title: "MoviesNow origin", version: Origin.version, routes: routes)
    document = showsDocument ? Response.json(.ok, description.document) : nil
    for route in routes { router.add(route.method, route.pattern, route) }
  }

  func dispatch(_ request: Request) -> Dispatch {
    if let document, request.method == .get, request.path.elementsEqual("/openapi.json".utf8) {
      return .respond(document)
    }
    switch router.match(request) {
    case .found(let route):
      let pipeline = pipeline
      return .buffered(limit: Self.contentLimit) { request in .later { await pipeline.answer(request, route) } }
    case .methodNotAllowed(let allow):
      return .respond(Problem(.methodNotAllowed).with(.allow, allow).response(instance: request.id))
    case .notFound:
      return .respond(Problem(.notFound).response(instance: request.id))
    }
  }

  func finished(_ request: Request, status: Status, bytes: Int, duration: Duration) {}
}
