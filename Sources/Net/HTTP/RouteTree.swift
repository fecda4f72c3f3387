/// What `Router` searches, or whoever keeps a list of routes itself: places in that list. Not generic, so that a search
/// asks for no metadata.
package struct RouteTree {
  private var nodes = [Node()]
  /// The literal segments of all nodes, one behind the other: a search looks at bytes alone and takes hold of nothing.
  private var text: [UInt8] = []

  private struct Node {
    /// Its own segment in `text`, when it is a literal.
    var segment = 0..<0
    /// The first literal below it, and the next one beside it.
    var firstLiteral: Int?
    var nextLiteral: Int?
    var capture: Int?
    var rest: Int?
    var routes: [Route] = []
  }

  private struct Route {
    let method: Method
    let place: Int
    let names: [String]
  }

  /// As `Router.Match`.
  package enum Match {
    case found(place: Int)
    case methodNotAllowed(allow: String)
    case notFound
  }

  package init() {}

  package mutating func add(_ method: Method, _ pattern: String, place: Int) {
    precondition(pattern.hasPrefix("/"), "a pattern starts with a slash: \(pattern)")
    var node = 0
    var names: [String] = []
    for segment in pattern.dropFirst().split(separator: "/", omittingEmptySubsequences: false) {
      if segment.hasPrefix("{"), segment.hasSuffix("...}") {
        names.append(String(segment.dropFirst().dropLast(4)))
        node = child(of: node, \.rest)
      } else if segment.hasPrefix("{"), segment.hasSuffix("}") {
        names.append(String(segment.dropFirst().dropLast()))
        node = child(of: node, \.capture)
      } else {
        node = literal(Array(segment.utf8), of: node)
      }
    }
    precondition(!nodes[node].routes.contains { $0.method == method }, "a second route for \(method) \(pattern)")
    nodes[node].routes.append(Route(method: method, place: place, names: names))
  }

  package func match(_ request: Request) -> Match {
    let target = request.target
    return match(request.method, target.span.extracting(0..<request.head.pathCount), &request.parameters)
  }

  private func match(_ method: Method, _ path: Span<UInt8>, _ parameters: inout Parameters) -> Match {
    parameters.removeAll()
    var search = Search(method: method)
    guard path.count > 0, path[0] == UInt8(ascii: "/") else { return .notFound }
    if let route = find(from: 0, path, at: 1, &search, &parameters.ranges) {
      parameters.names = route.names
      return .found(place: route.place)
    }
    parameters.removeAll()
    return search.refusedBy.map { .methodNotAllowed(allow: allow(at: $0)) } ?? .notFound
  }

  private struct Search {
    let method: Method
    /// The first node whose path fits and whose methods do not.
    var refusedBy: Int?
  }

  private func find(
    from node: Int, _ path: Span<UInt8>, at start: Int, _ search: inout Search, _ captures: inout [Range<Int>]
  ) -> Route? {
    let end = path.firstIndex(of: UInt8(ascii: "/"), from: start) ?? path.count
    let segment = path.extracting(start..<end)
    var literal = nodes[node].firstLiteral
    while let child = literal {
      if text.span.extracting(nodes[child].segment).equals(segment),
        let route = descend(to: child, path, end, &search, &captures)
      {
        return route
      }
      literal = nodes[child].nextLiteral
    }
    if let capture = nodes[node].capture, segment.isPlainSegment {
      captures.append(start..<end)
      if let route = descend(to: capture, path, end, &search, &captures) { return route }
      captures.removeLast()
    }
    if let rest = nodes[node].rest, start < path.count {
      captures.append(start..<path.count)
      if let route = route(at: rest, &search) { return route }
      captures.removeLast()
    }
    return nil
  }

  private func descend(
    to node: Int, _ path: Span<UInt8>, _ end: Int, _ search: inout Search, _ captures: inout [Range<Int>]
  ) -> Route? {
    end == path.count ? route(at: node, &search) : find(from: node, path, at: end + 1, &search, &captures)
  }

  private func route(at node: Int, _ search: inout Search) -> Route? {
    if nodes[node].routes.isEmpty { return nil }
    let routes = nodes[node].routes
    if let route = routes.first(where: { $0.method == search.method }) { return route }
    if search.method == .head, let route = routes.first(where: { $0.method == .get }) { return route }
    if search.refusedBy == nil { search.refusedBy = node }
    return nil
  }

  private func allow(at node: Int) -> String {
    var methods = nodes[node].routes.map(\.method.rawValue)
    if methods.contains("GET"), !methods.contains("HEAD") { methods.append("HEAD") }
    return methods.sorted().joined(separator: ", ")
  }

  private mutating func child(of node: Int, _ kind: WritableKeyPath<Node, Int?>) -> Int {
    if let child = nodes[node][keyPath: kind] { return child }
    nodes.append(Node())
    nodes[node][keyPath: kind] = nodes.count - 1
    return nodes.count - 1
  }

  private mutating func literal(_ segment: [UInt8], of node: Int) -> Int {
    var literal = nodes[node].firstLiteral
    while let child = literal {
      if text.span.extracting(nodes[child].segment).equals(segment.span) { return child }
      literal = nodes[child].nextLiteral
    }
    nodes.append(Node(segment: text.count..<text.count + segment.count, nextLiteral: nodes[node].firstLiteral))
    text += segment
    nodes[node].firstLiteral = nodes.count - 1
    return nodes.count - 1
  }
}

extension Span<UInt8> {
  func equals(_ other: Span<UInt8>) -> Bool {
    guard count == other.count else { return false }
    for index in indices where self[index] != other[index] { return false }
    return true
  }

  /// Can be one captured segment: not empty, not "." or "..", and hiding no separator or NUL behind an encoding.
  var isPlainSegment: Bool {
    var dots = 0
    var index = 0
    while index < count {
      var byte = self[index]
      if byte == UInt8(ascii: "%"), index + 2 < count, let high = self[index + 1].hexValue,
        let low = self[index + 2].hexValue
      {
        byte = high << 4 | low
        if byte == UInt8(ascii: "/") || byte == UInt8(ascii: "\\") || byte == 0 { return false }
        index += 2
      }
      dots = byte == UInt8(ascii: ".") && dots >= 0 ? dots + 1 : -1
      index += 1
    }
    return count > 0 && dots != 1 && dots != 2
  }
}
