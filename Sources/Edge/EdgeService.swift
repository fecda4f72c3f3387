internal import HTTP
internal import HTTPServer
internal import Monitoring

/// The edge as an HTTP service: its own routes first, the origin for the rest.
final class EdgeService: Service {
  private let routes: [EdgeRoute]
  private var router = Router<Int>()
  private let upstream: Upstream?
  private let meter: RequestMeter

  init(_ routes: [EdgeRoute], upstream: Upstream?, _ meter: RequestMeter) {
    self.routes = routes
    self.upstream = upstream
    self.meter = meter
    for (place, route) in routes.enumerated() { router.add(route.method, route.pattern, place) }
  }

  func dispatch(_ request: Request) -> Dispatch {
    if case .found(let place) = router.match(request) {
      request.route = place
      return .buffered(limit: routes[place].limit, routes[place].handle)
    }
    guard let upstream else { return .respond(Problem(.notFound).response(instance: request.id)) }
    return .streamed { request, content in await upstream.forward(request, content) }
  }

  func finished(_ request: Request, status: Status, bytes: Int, duration: Duration) {
    meter.finished(request, status: status, bytes: bytes, duration: duration)
  }
}
