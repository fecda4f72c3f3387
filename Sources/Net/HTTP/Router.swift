/// Finds the value of a method and a path. Patterns are made of literal segments, `{name}` for one segment, and a last
/// `{name...}` for all the rest, slashes included. A literal wins over a capture.
package struct Router<Value> {
  private var tree = RouteTree()
  private var values: [Value] = []

  package enum Match {
    case found(Value)
    /// The path exists; `allow` is ready to send as the field Allow.
    case methodNotAllowed(allow: String)
    case notFound
  }

  package init() {}

  /// Traps when the same method and pattern are there already: two routes for one request is a programmer's error.
  package mutating func add(_ method: Method, _ pattern: String, _ value: Value) {
    tree.add(method, pattern, place: values.count)
    values.append(value)
  }

  /// Fills the request's parameters when found. HEAD finds the route of GET unless it has one of its own.
  package func match(_ request: Request) -> Match {
    switch tree.match(request) {
    case .found(let place): .found(values[place])
    case .methodNotAllowed(let allow): .methodNotAllowed(allow: allow)
    case .notFound: .notFound
    }
  }
}
