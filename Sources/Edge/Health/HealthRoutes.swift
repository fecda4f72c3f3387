internal import HTTP
internal import HTTPServer
internal import Redis

/// What load balancers ask. Ready means that tokens and heartbeats can be served; the origin may be away.
struct HealthRoutes {
  let redis: RedisClient
  let isDraining: () -> Bool

  var routes: [EdgeRoute] {
    ["/healthz", "/api/v1/healthz"].map { path in EdgeRoute(.get, path) { _ in .ready(Self.alive) } }
      + ["/readyz", "/api/v1/readyz"].map { path in EdgeRoute(.get, path) { _ in .later { await readiness() } } }
  }

  private static var alive: Response {
    Response.json(.ok, Array(#"{"status":"ok"}"#.utf8)).with(.cacheControl, "no-store")
  }

  private func readiness() async -> Response {
    var isReady = !isDraining()
    if isReady { isReady = (try? await redis.send("PING")) != nil }
    let body = Array("{\"ok\":\(isReady),\"ready\":\(isReady)}".utf8)
    return Response.json(isReady ? .ok : .serviceUnavailable, body).with(.cacheControl, "no-store")
  }
}
