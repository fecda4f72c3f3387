internal import HTTP
internal import HTTPServer
internal import Monitoring
internal import Routing

/// The origin as an HTTP service: finds the declared route and takes the request through its rules.
final class OriginService: Service {
  private let routes: [Route]
  private var tree = RouteTree()
  private let vouchers: EdgeVouchers
  private let pipeline: RoutePipeline
  private let meter: RequestMeter

  /// JSON documents; uploads go to the object store.
  private static let contentLimit = 1024 * 1024

  init(_ routes: [Route], _ vouchers: EdgeVouchers, _ pipeline: RoutePipeline, _ meter: RequestMeter) {
    self.routes = routes
    self.vouchers = vouchers
    self.pipeline = pipeline
    self.meter = meter
    for (place, route) in routes.enumerated() { tree.add(route.method, route.pattern, place: place) }
  }

  func dispatch(_ request: Request) -> Dispatch {
    vouchers.identify(request)
    switch tree.match(request) {
    case .found(let place):
      request.route = place
      let (pipeline, route) = (pipeline, routes[place])
      return .buffered(limit: Self.contentLimit) { request in
        let answer = Handling.later { await pipeline.answer(request, route) }
        return request.trace.isSampled ? answer.within(request.trace) : answer
      }
    case .methodNotAllowed(let allow):
      return .respond(Problem(.methodNotAllowed).with(.allow, allow).response(instance: request.id))
    case .notFound:
      return .respond(Problem(.notFound).response(instance: request.id))
    }
  }

  func finished(_ request: Request, status: Status, bytes: Int, duration: Duration) {
    meter.finished(request, status: status, bytes: bytes, duration: duration)
  }
}
