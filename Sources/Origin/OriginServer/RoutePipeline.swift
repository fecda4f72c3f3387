internal import HTTP
internal import Routing

/// Takes a request through its route's rules in the one safe order: who, how often, once, alone, then the handler.
struct RoutePipeline {
  let access: AccessGuard
  let limiter: RateLimiter
  let idempotency: IdempotencyStore
  let lock: RequestLock
  /// Writes an audit event in a transaction of its own; it never fails the request.
  let audit: (AuditEvent) async -> Void
  /// Tells the edges which cache tags a write has outdated.
  let purge: ([String]) async -> Void

  /// Never throws: what a step or the handler refuses becomes its problem document.
  func answer(_ request: Request, _ route: Route) async -> Response {
    do {
      return try await run(request, route)
    } catch let problem as Problem {
      return problem.response(instance: request.id)
    } catch {
      return Problem(.internalServerError, "An unexpected error occurred.").response(instance: request.id)
    }
  }

  private func run(_ request: Request, _ route: Route) async throws -> Response {
    let caller = try await access.admit(request, to: route.rules.access)
    let identity = caller.map { "user:\($0.userId)" } ?? "ip:\(request.client.address)"
    try await limiter.admit(route, identity)
    let call = Call(request, caller: caller)
    let response = try await idempotency.once(call, route, identity) {
      try await lock.holding(lockName(of: route, request)) { try await route.answer(call) }
    }
    if !call.outdatedTags.isEmpty { await purge(call.outdatedTags) }
    if let action = route.rules.audit, response.status.isSuccess { await audit(AuditEvent(action, call)) }
    return response.cached(by: route.rules.caching, for: request, tags: [])
  }

  /// The declared name with the path's captures in place.
  private func lockName(of route: Route, _ request: Request) -> String? {
    guard var name = route.rules.lock else { return nil }
    for capture in route.pattern.split(separator: "/") where capture.hasPrefix("{") {
      let value = request[String(capture.dropFirst().dropLast())] ?? ""
      name = name.split(separator: capture, omittingEmptySubsequences: false).joined(separator: value)
    }
    return name
  }
}
