import HTTP
import Redis
import Support
import Testing

/// What players do.
extension Deployment {
  /// Asks an edge for a URL.
  func issue(
    _ key: String, token: String? = nil, seconds: Int = 600, from edge: Caller? = nil,
    route: String = "download-url"
  ) async throws -> Answer {
    let member = token.map { ",\"token\":\"\($0)\"" } ?? ""
    return try await (edge ?? self.edge).post(
      "/api/v1/delivery/\(route)", "{\"storage_key\":\"\(key)\",\"ttl_seconds\":\(seconds)\(member)}")
  }

  /// Asks the edge for URLs of all these keys at once.
  func batch(_ keys: [String]) async throws -> Answer {
    let items = keys.map { "{\"storage_key\":\"\($0)\"}" }.joined(separator: ",")
    return try await edge.post("/api/v1/delivery/batch-download-urls", "{\"items\":[\(items)]}")
  }

  /// The object behind a signed URL.
  func fetch(_ url: String) async throws -> Answer {
    #expect(url.hasPrefix("\(objects.endpoint)/"))
    return try await Caller(stage, objects.endpoint).get(String(url.dropFirst(objects.endpoint.count)))
  }

  /// A one-time token, as the origin stores it.
  func mint(_ token: String, _ json: String = "{}") async throws {
    try await keys.send("SET", "download:token:\(token)", json, "EX", 600)
  }

  func stored(token: String) async throws -> Bool {
    try await keys.send("EXISTS", "download:token:\(token)").integer == 1
  }
}
