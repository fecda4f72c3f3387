internal import HTTP
internal import Logging
internal import Operations
internal import Publication
internal import Routing
internal import Signing

/// Takes a request through its route's rules in the one safe order: who, how often, once, alone, then the handler.
struct RoutePipeline {
  let access: AccessGuard
  let limiter: RateLimiter
  let idempotency: IdempotencyStore
  let lock: RequestLock
  /// Takes an audit event; it neither delays nor fails the request.
  let audit: (AuditEvent) -> Void
  /// Tells the edges which cache tags a write has outdated.
  let purge: ([String]) async -> Void
  private let log = Logger(label: "origin.route")

  /// Never throws: what a step or the handler refuses becomes its problem document.
  func answer(_ request: Request, _ route: Route) async -> Response {
    do {
      return try await run(request, route)
    } catch let problem as Problem {
      return problem.response(instance: request.id)
    } catch {
      log.error(
        "a request failed",
        metadata: [
          "request_id": "\(request.id)", "route": "\(route.method.rawValue) \(route.pattern)", "error": "\(error)",
        ])
      return Problem(answering: error).response(instance: request.id)
    }
  }

  private func run(_ request: Request, _ route: Route) async throws -> Response {
    let caller = try await access.admit(request, to: route.rules.access)
    let user = caller.map { "user:\($0.userId)" }
    let standing = try await limiter.admit(route, user ?? "ip:\(request.client.address.subscriber)")
    let call = Call(request, caller: caller)
    var response = try await idempotency.once(call, route, user ?? "ip:\(request.client.address)") {
      try await handle(call, route)
    }
    standing?.note(on: &response.fields)
    return response.cached(by: route.rules.caching, call.reply, for: request, edgeReuse(of: route))
  }

  /// To whom the edge may give the answer again, as far as that is not everyone.
  private func edgeReuse(of route: Route) -> [EdgeReuse] {
    var limits: [EdgeReuse] = []
    if route.rules.access == .publicKey, !access.publicKeys.isEmpty { limits.append(.publicKey) }
    if case .shared(_, variesByCountry: true) = route.rules.caching { limits.append(.country) }
    return limits
  }

  /// The handler, alone, and word to the rest of the house of what came of it. A replayed answer does not come here.
  private func handle(_ call: Call, _ route: Route) async throws -> Response {
    do {
      let response = try await alone(call, route)
      if response.status.isSuccess { note(call, route, response.status) }
      return response
    } catch let problem as Problem {
      // A wrong password, or something that is not this caller's to do.
      if problem.status == .unauthorized || problem.status == .forbidden { note(call, route, problem.status) }
      throw problem
    }
  }

  private func alone(_ call: Call, _ route: Route) async throws -> Response {
    let answer: Result<Response, any Error>
    do {
      answer = .success(try await lock.holding(lockName(of: route, call.request)) { try await route.answer(call) })
    } catch {
      answer = .failure(error)
    }
    // Even after a failure: what was written before it stands.
    if !call.outdatedTags.isEmpty { await purge(call.outdatedTags) }
    return try answer.get()
  }

  private func note(_ call: Call, _ route: Route, _ status: Status) {
    guard let action = route.rules.audit else { return }
    audit(AuditEvent(action, call, status))
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
