internal import HTTP
internal import HTTPServer
internal import Routing

/// The origin as an HTTP service: finds the declared route and takes the request through its rules.
final class OriginService: Service {
  private var router = Router<Route>()
  private let pipeline: RoutePipeline

  /// JSON documents; uploads go to the object store.
  private static let contentLimit = 1024 * 1024

  init(_ routes: [Route], _ pipeline: RoutePipeline) {
    self.pipeline = pipeline
    for route in routes { router.add(route.method, route.pattern, route) }
  }

  func dispatch(_ request: Request) -> Dispatch {
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
