package import HTTP
internal import HTTPClient
internal import Loop

/// Calls one server over the wire, as its clients do.
package final class Caller {
  private let client: WebClient
  private let server: Authority

  /// - Parameter connections: to the server at once.
  package init(_ stage: Stage, _ base: String, connections: Int = 64) throws {
    var settings = HTTPClientSettings()
    settings.connections = connections
    client = WebClient(loop: stage.loop, settings: settings)
    server = try Authority(url: base)
    stage.atEnd { [client] in client.close() }
  }

  /// - Parameter token: an access token, sent as the bearer.
  /// - Throws: `HTTPClientError` when there is no answer at all.
  package func send(
    _ method: Method, _ target: String, _ json: String? = nil, token: String? = nil,
    fields: [(FieldName, String)] = [], deadline: Duration = .seconds(10)
  ) async throws -> Answer {
    var request = ClientRequest(method, server, target)
    if let json {
      request.fields.append(.contentType, "application/json")
      request.body = .bytes(Array(json.utf8))
    }
    if let token { request.fields.append(.authorization, "Bearer \(token)") }
    for (name, value) in fields { request.fields.set(name, value) }
    let response = try await client.send(request, deadline: deadline)
    let body = try await response.collect(limit: 16 * 1024 * 1024)
    return Answer(status: response.status.code, fields: response.fields, body: body)
  }

  package func get(_ target: String, fields: [(FieldName, String)] = []) async throws -> Answer {
    try await send(.get, target, fields: fields)
  }

  package func post(
    _ target: String, _ json: String, token: String? = nil, fields: [(FieldName, String)] = []
  ) async throws -> Answer {
    try await send(.post, target, json, token: token, fields: fields)
  }
}

/// What came back: `answer["items.0.title"]` reads its JSON.
package struct Answer {
  package let status: UInt16
  package let fields: Fields
  package let body: [UInt8]

  package var text: String { String(decoding: body, as: UTF8.self) }

  /// The text of a scalar, its path's parts joined by dots; nil for null and for what is not there.
  package subscript(_ path: String) -> String? { json?[path] }

  package func items(_ path: String) -> [JSONTree] { json?.items(path) ?? [] }

  package var json: JSONTree? { JSONTree(body) }
}
