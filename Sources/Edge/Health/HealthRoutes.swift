internal import HTTP
internal import HTTPServer
internal import Monitoring

/// What load balancers ask. Ready means that URLs can be issued, tokens and heartbeats served; the origin may be away,
/// as long as what it has published is known.
struct HealthRoutes {
  let readiness: Readiness

  var routes: [EdgeRoute] {
    ["/healthz", "/api/v1/healthz"].map { path in open(path) { _ in .ready(Self.alive) } }
      + ["/readyz", "/api/v1/readyz"].map { path in open(path) { _ in .later { await ready() } } }
  }

  private func open(_ path: String, handle: @escaping (Request) -> Handling) -> EdgeRoute {
    var route = EdgeRoute(.get, path, handle: handle)
    route.isOpen = true
    return route
  }

  private static var alive: Response {
    Response.json(.ok, Array(#"{"status":"ok"}"#.utf8)).with(.cacheControl, "no-store")
  }

  /// Which dependency is away is for the operator's eyes, on the ops listener: this answer is public.
  private func ready() async -> Response {
    let isReady = await readiness.isReady()
    let body = Array("{\"ok\":\(isReady),\"ready\":\(isReady)}".utf8)
    return Response.json(isReady ? .ok : .serviceUnavailable, body).with(.cacheControl, "no-store")
  }
}
