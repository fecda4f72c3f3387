import HTTP
import Support
import Testing

/// The shape of every answer of every route, whatever is sent to it.
@Suite struct `Any route` {
  @Test
  func `called with a wrong body is refused with a problem document, and never with 500`() throws {
    try Stage.run { stage in
      let house = try await Deployment(on: stage, .init(originSettings: ["ENABLE_DOCS": "true"]))
      let admin = try await house.signIn(try await house.makeAdmin())["access_token"]
      let routes = try await house.routes()
      #expect(routes.count > 30)
      for route in routes where route.takesBody {
        for body in [
          "", "{", "[]", "\"x\"", "7", "null", "{\"unknown\":{}}", "{\"title\":7,\"email\":[],\"token\":{}}",
        ] {
          try await house.forgetRateLimits()
          let answer = try await house.edge.send(route.method, route.path, body, token: admin)
          #expect((400..<500).contains(answer.status), "\(route) \(body): \(answer.status)")
          expectProblem(answer, "\(route) \(body)")
        }
      }
    }
  }

  @Test
  func `called with garbage in its path or query is never 500`() throws {
    try Stage.run { stage in
      let house = try await Deployment(on: stage, .init(originSettings: ["ENABLE_DOCS": "true"]))
      let admin = try await house.signIn(try await house.makeAdmin())["access_token"]
      for route in try await house.routes() where !route.takesBody {
        for query in [
          "?page=0&limit=-1", "?page=x&limit=99999999999999999999", "?kind=%00&country=%F0%9F%8E%AC", "?q=%",
        ] {
          try await house.forgetRateLimits()
          let answer = try await house.edge.send(route.method, route.path + query, token: admin)
          #expect(answer.status != 500, "\(route) \(query)")
          if answer.status >= 400 { expectProblem(answer, "\(route) \(query)") }
        }
      }
      for route in try await house.routes() where route.path.contains(anyID) {
        for id in ["x", "%FF", "%F0%9F%8E%AC", "a%2Fb", "99999999999999999999"] {
          try await house.forgetRateLimits()
          let path = route.path.replacing(anyID, with: id)
          let answer = try await house.edge.send(route.method, path, route.takesBody ? "{}" : nil, token: admin)
          #expect(answer.status < 500, "\(route.method) \(path)")
          if answer.status >= 400 { expectProblem(answer, "\(route.method) \(path)") }
        }
      }
    }
  }

  /// What no member should be, one of them at a time: the ends of what numbers hold, other kinds, depth, a NUL.
  private static let oddities =
    ["9223372036854775807", "-9223372036854775808", "99999999999999999999", "1e400", "1.5", "{}", "[[]]", "null"]
    + [#""\u0000""#, #""UNKNOWN""#, String(repeating: "[", count: 600) + String(repeating: "]", count: 600)]

  @Test
  func `called with an odd member is never 500, and what it says is in our own words`() throws {
    try Stage.run { stage in
      let house = try await Deployment(on: stage, .init(originSettings: ["ENABLE_DOCS": "true"]))
      let admin = try await house.signIn(try await house.makeAdmin())["access_token"]
      for route in try await house.routes() {
        for member in route.members {
          for value in Self.oddities {
            try await house.forgetRateLimits()
            let query = "?\(member)=\(value.filter { $0 != "\"" && $0 != "\\" })"
            let body = #"{"\#(member)":\#(value),"\#(member)":\#(value)}"#
            let answer = try await house.edge.send(
              route.method, route.takesBody ? route.path : route.path + query, route.takesBody ? body : nil,
              token: admin)
            let what = "\(route) \(member) \(value.prefix(40)): \(answer.text)"
            #expect(answer.status < 500, "\(what)")
            if answer.status >= 400 { expectProblem(answer, what) }
          }
        }
      }
    }
  }

  @Test(arguments: [
    ("delivery/download-url", ["ttl_seconds", "token", "attachment_filename", "storage_key"]),
    ("delivery/batch-download-urls", ["ttl_seconds", "items"]),
    ("player/sessions/start", ["position_sec", "device", "network", "quality", "title_id"]),
    (
      "player/sessions/abcdef/heartbeat", ["position_sec", "bitrate_kbps", "rebuffer_duration_ms", "volume", "playing"]
    ),
    ("player/sessions/abcdef/seek", ["from_sec", "to_sec"]),
    ("player/sessions/abcdef/complete", ["position_sec", "duration_sec", "watched_sec"]),
    ("player/sessions/abcdef/error", ["code", "message", "fatal", "position_sec"]),
  ])
  func `of the edge's own called with an odd member is never 500 either`(_ path: String, _ members: [String]) throws {
    try Stage.run { stage in
      let house = try await Deployment(on: stage)
      let usual =
        #""storage_key":"bundles/x/S01.zip","items":[{"storage_key":"bundles/x/S01.zip"}],"title_id":"sintel","#
        + #""position_sec":1,"from_sec":1,"to_sec":2,"code":"a","message":"b""#
      for member in members {
        for value in Self.oddities {
          let answer = try await house.edge.send(.post, "/api/v1/\(path)", "{\(usual),\"\(member)\":\(value)}")
          let what = "\(path) \(member) \(value.prefix(40)): \(answer.text)"
          #expect(answer.status < 500, "\(what)")
          if answer.status >= 400 { expectProblem(answer, what) }
        }
      }
    }
  }

  @Test
  func `called with a method that it does not have says which ones it has`() throws {
    try Stage.run { stage in
      let house = try await Deployment(on: stage, .init(originSettings: ["ENABLE_DOCS": "true"]))
      let routes = try await house.routes()
      for (path, known) in Dictionary(grouping: routes, by: \.path) {
        for method in [Method.get, .post, .put, .patch, .delete] where !known.contains(where: { $0.method == method }) {
          let answer = try await house.origin.send(method, path)
          // Another route's pattern may match the path: then that one's guards answer.
          guard answer.status != 401, answer.status != 422, answer.status != 404 else { continue }
          #expect(answer.status == 405, "\(method) \(path): \(answer.status)")
          #expect(answer.fields.first(.allow)?.contains(known[0].method.rawValue) == true, "\(method) \(path)")
          expectProblem(answer, "\(method) \(path)")
        }
      }
    }
  }

  @Test
  func `for admins asks who calls before it reads what they sent`() throws {
    try Stage.run { stage in
      let house = try await Deployment(on: stage, .init(originSettings: ["ENABLE_DOCS": "true"]))
      for route in try await house.routes() where route.isAdmins && route.isGuarded {
        let answer = try await house.edge.send(route.method, route.path, route.takesBody ? "{" : nil)
        #expect(answer.status == 401, "\(route): \(answer.status)")
        expectProblem(answer, "\(route)")
      }
    }
  }

  @Test
  func `is described to nobody unless the deployment wants it`() throws {
    try Stage.run { stage in
      let house = try await Deployment(on: stage)
      for path in ["/openapi.json", "/docs", "/redoc"] { #expect(try await house.edge.get(path).status == 404) }
    }
  }

  @Test
  func `that is cached answers 304 without a body, on a connection that lives on`() throws {
    try Stage.run { stage in
      let house = try await Deployment(on: stage)
      let first = try await house.edge.get("/api/v1/titles")
      let tag = try #require(first.fields.first(.etag))
      #expect(tag.hasPrefix("\"") && tag.hasSuffix("\""))
      for _ in 0..<3 {
        let again = try await house.edge.get("/api/v1/titles", fields: [(.ifNoneMatch, tag)])
        #expect(again.status == 304 && again.body.isEmpty && again.fields.first(.etag) == tag)
        #expect(try await house.edge.get("/api/v1/titles").body == first.body)
      }
    }
  }

  /// A problem document, and nothing that tells what we are made of.
  private func expectProblem(_ answer: Answer, _ what: String) {
    #expect(answer.fields.first(.contentType) == "application/problem+json", "\(what)")
    #expect(answer["status"] == String(answer.status), "\(what)")
    #expect(answer["detail"] != nil && answer["instance"]?.hasPrefix("urn:uuid:") == true, "\(what)")
    #expect(!answer.fields.contains(.server), "\(what)")
    #expect(answer.fields.first("x-content-type-options") == "nosniff", "\(what)")
    for word in ["Error(", "postgres", "SELECT ", "Redis", ".swift", "Swift", "Int64", "Array<", "decod"] {
      #expect(!answer.text.contains(word), "\(what)")
    }
  }
}

/// Of nothing that exists.
private let anyID = "00000000-0000-4000-8000-000000000000"

/// A route, as the origin's own document declares it.
private struct DeclaredRoute: CustomStringConvertible {
  let method: Method
  /// With something in the place of each capture.
  let path: String
  let takesBody: Bool
  /// Of its body or its query.
  let members: [String]
  let isGuarded: Bool

  var description: String { "\(method) \(path)" }
  var isAdmins: Bool { path.contains("/admin/") || path.hasSuffix("/mint-token") }
}

extension Deployment {
  fileprivate func routes() async throws -> [DeclaredRoute] {
    let document = try await origin.get("/openapi.json").json
    let paths = document?.member("paths")
    return (paths?.names() ?? []).flatMap { pattern -> [DeclaredRoute] in
      let methods = paths?.member(pattern)
      let path = pattern.split(separator: "/", omittingEmptySubsequences: false)
        .map { $0.hasPrefix("{") ? anyID : String($0) }.joined(separator: "/")
      return (methods?.names() ?? []).compactMap { name in
        guard let method = Method(rawValue: name.uppercased()) else { return nil }
        let operation = methods?.member(name)
        return DeclaredRoute(
          method: method, path: path, takesBody: operation?.member("requestBody") != nil,
          members: operation?.members ?? [], isGuarded: operation?.member("security") != nil)
      }
    }
  }
}

extension JSONTree {
  /// Of an operation: the names of its body's members and of its query's parameters.
  fileprivate var members: [String] {
    let content = member("requestBody")?.member("content")?.member("application/json")?.member("schema")
    return (content?.names("properties") ?? [])
      + items("parameters").filter { $0["in"] == "query" }.compactMap { $0["name"] }
  }
}
