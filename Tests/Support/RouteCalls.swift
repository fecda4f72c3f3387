package import HTTP
package import Routing

/// A slice's routes, called as the server calls them, but without its guards.
package struct RouteTable {
  private var router = Router<Route>()

  package init(_ routes: [Route]) {
    for route in routes { router.add(route.method, route.pattern, route) }
  }

  /// The answer, a refusal's too, and the call with what it left for the server to do.
  package func answer(
    _ method: Method, _ target: String, _ json: String = "", country: String? = nil,
    caller: Routing.Caller? = nil, fields: [(FieldName, String)] = []
  ) async throws -> (response: Response, call: Call) {
    let request = Request(method, target, fields: fields, body: Array(json.utf8))
    request.client.country = country
    let call = Call(request, caller: caller)
    guard case .found(let route) = router.match(request) else {
      return (Problem(.notFound).response(instance: request.id), call)
    }
    do { return (try await route.answer(call), call) } catch let problem as Problem {
      return (problem.response(instance: request.id), call)
    }
  }
}

extension Response {
  /// The body as text; empty when there is none.
  package var text: String {
    if case .bytes(let bytes) = body { String(decoding: bytes, as: UTF8.self) } else { "" }
  }
}
