internal import HTTP
internal import HTTPServer

/// The edge as an HTTP service: its own routes first, the origin for the rest.
final class EdgeService: Service {
  private var router = Router<EdgeRoute>()
  private let upstream: Upstream?

  init(_ routes: [EdgeRoute], upstream: Upstream?) {
    self.upstream = upstream
    for route in routes { router.add(route.method, route.pattern, route) }
  }

  func dispatch(_ request: Request) -> Dispatch {
    if case .found(let route) = router.match(request) { return .buffered(limit: route.limit, route.handle) }
    guard let upstream else { return .respond(Problem(.notFound).response(instance: request.id)) }
    return .streamed { request, content in await upstream.forward(request, content) }
  }

  func finished(_ request: Request, status: Status, bytes: Int, duration: Duration) {}
}
