/// A request as its handler sees it. One per connection, filled again for each request, so that a request costs no
/// allocation: whoever needs a part of it after the answer copies that part.
package final class Request {
  /// What the client has sent before the content; the parser fills it.
  var head = RequestHead()
  /// The content, of a route that reads it whole.
  package var body: [UInt8] = []
  package var client = ClientIdentity(address: .loopback)
  package var id = UUIDv4(high: 0, low: 0)
  /// Its trace, with the span in which we answer it.
  package var trace = TraceContext.none
  package var isSecure = false
  /// Of a request whose answer takes its time: tells its client something meanwhile.
  package weak var announcer: (any Announcing)?
  /// What the route's pattern captured; the router fills it.
  package var parameters = Parameters()
  /// The place of its route in the list of its service, for whoever counts; nil while none was found.
  package var route: Int?

  package init() {}

  package var method: Method { head.method }
  /// As it was sent.
  package var methodName: String { head.method == .other ? head.otherMethod.text : head.method.rawValue }
  package var version: Version { head.version }
  package var target: [UInt8] { head.target }
  package var fields: Fields { head.fields }
  package var framing: Framing { head.framing }
  /// The first value of that name, as of `fields`, which is not taken hold of for it.
  package func field(_ name: FieldName) -> ArraySlice<UInt8>? {
    head.fields.mayContain(name) ? head.fields.bytes(name) : nil
  }
  package var hasContent: Bool { head.hasContent }
  /// The client lets the connection live on.
  package var keepsAlive: Bool { head.keepAlive }
  package var expectsContinue: Bool { head.expectsContinue }

  package func has(_ name: FieldName) -> Bool { head.fields.mayContain(name) && head.fields.contains(name) }

  package var path: ArraySlice<UInt8> { head.target[..<head.pathCount] }
  /// Without its question mark; nil when there is none.
  package var query: ArraySlice<UInt8>? {
    head.pathCount < head.target.count ? head.target[(head.pathCount + 1)...] : nil
  }
  /// The authority asked for, with its port when one was given.
  package var host: String? { fields.first(.host) }

  /// Forgets everything but its buffers' capacity, and the head until the next one is parsed.
  package func reset() {
    body.removeAll(keepingCapacity: true)
    if !parameters.ranges.isEmpty { parameters.removeAll() }
    client.country = nil
    route = nil
    announcer = nil
  }
}

/// The request line and the fields, as a value: a parser fills it in place.
struct RequestHead {
  var method = Method.get
  /// The token of a method that `Method` does not know.
  var otherMethod: [UInt8] = []
  var version = Version.http11
  /// In origin form, path and query as they came, or "*".
  var target: [UInt8] = []
  var fields = Fields()
  var framing = Framing.none
  var keepAlive = true
  var expectsContinue = false
  /// Where the path ends in `target`.
  var pathCount = 0
  /// Of a target in absolute form, else empty.
  var authority: [UInt8] = []

  var hasContent: Bool { framing != .none && framing != .length(0) }

  mutating func reset() {
    target.removeAll(keepingCapacity: true)
    fields.removeAll(keepingCapacity: true)
    pathCount = 0
  }
}

/// How the end of a message's content is found. Source: RFC 9112 §6.3.
package enum Framing: Hashable, Sendable {
  case none
  /// In bytes.
  case length(Int)
  case chunked
  /// Only a response: it ends with the connection.
  case untilClose
}

/// Decoded parts of the target.
extension Request {
  package func parameter(_ position: Int) -> String? {
    guard position < parameters.ranges.count else { return nil }
    return PercentEncoding.decode(target[parameters.ranges[position]])?.text
  }

  package subscript(_ name: String) -> String? {
    parameters.names.firstIndex(of: name).flatMap { parameter($0) }
  }

  /// The first value of that name.
  package func query(_ name: String) -> String? {
    var items = queryItems
    while let item = items.next() {
      if item.isNamed(name) { return item.value }
    }
    return nil
  }

  package var queryItems: QueryItems { QueryItems(query ?? []) }
}

extension Request {
  /// For tests and for calls inside the process; nothing is checked.
  package convenience init(_ method: Method, _ target: String, fields: [(FieldName, String)] = [], body: [UInt8] = []) {
    self.init()
    self.body = body
    head.method = method
    head.target = Array(target.utf8)
    head.pathCount = head.target.firstIndex(of: UInt8(ascii: "?")) ?? head.target.count
    for (name, value) in fields { head.fields.append(name, value) }
    head.framing = body.isEmpty ? .none : .length(body.count)
  }
}
