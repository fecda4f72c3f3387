internal import HTTP
internal import HTTPServer
internal import Loop
internal import Monitoring
internal import Signing

/// The edge as an HTTP service: its own routes first, the cache and the origin for the rest.
final class EdgeService: Service {
  /// Of what edges ask their own origin for themselves.
  private static let internalPaths = Array("/internal/".utf8)

  private let loop: EventLoop
  private let routes: [EdgeRoute]
  private let tree: RouteTree
  private let hosts: TrustedHosts
  private let clients: ClientResolver
  private let rate: RequestRate?
  private let publicKeys: PublicKeys
  private let cache: EdgeCache?
  private let meter: RequestMeter

  /// - Parameter cache: without one there is no origin, and what the edge has no route for is not found.
  init(
    _ routes: [EdgeRoute], for hosts: TrustedHosts, _ clients: ClientResolver, _ rate: RequestRate?,
    _ publicKeys: PublicKeys, _ cache: EdgeCache?, _ meter: RequestMeter, on loop: EventLoop
  ) {
    self.loop = loop
    self.routes = routes
    self.hosts = hosts
    self.clients = clients
    self.rate = rate
    self.publicKeys = publicKeys
    self.cache = cache
    self.meter = meter
    var tree = RouteTree()
    for (place, route) in routes.enumerated() { tree.add(route.method, route.pattern, place: place) }
    self.tree = tree
  }

  func dispatch(_ request: Request) -> Dispatch {
    guard hosts.trust(request) else {
      return .respond(Problem(.badRequest, "Invalid host").response(instance: request.id))
    }
    clients.resolve(request)
    if let rate, !clients.trusts(request.client.address), !rate.admit(request.client.address, at: loop.now) {
      return .respond(rate.refusal.response(instance: request.id))
    }
    if case .found(let place) = tree.match(request) {
      request.route = place
      guard routes[place].isOpen || publicKeys.admit(request.publicKey) else {
        return .respond(Problem.noPublicKey.response(instance: request.id))
      }
      let (limit, handle) = (routes[place].limit, routes[place].handle)
      guard request.trace.isSampled else { return .buffered(limit: limit, handle) }
      return .buffered(limit: limit) { handle($0).within($0.trace) }
    }
    guard let cache, !(cache.upstream.bond.isOwn && request.path.starts(with: Self.internalPaths)) else {
      return .respond(Problem(.notFound).response(instance: request.id))
    }
    return cache.dispatch(request)
  }

  func finished(_ request: Request, status: Status, bytes: Int, duration: Duration) {
    meter.finished(request, status: status, bytes: bytes, duration: duration)
  }
}
