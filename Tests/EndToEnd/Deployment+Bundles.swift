import HTTP
import HTTPClient
import Support
import Testing

/// What editors do, with an admin's access token.
extension Deployment {
  /// A new admin's access token.
  func editor() async throws -> String {
    let admin = try await makeAdmin()
    return try #require(try await signIn(admin)["access_token"])
  }

  /// A published title's id.
  func publishTitle(_ slug: String, as editor: String) async throws -> String {
    let title = try await edge.post(
      "/api/v1/admin/titles", "{\"type\":\"SERIES\",\"name\":\"\(slug)\",\"slug\":\"\(slug)\"}", token: editor)
    let id = try #require(title["id"])
    #expect(try await edge.post("/api/v1/admin/titles/\(id)/publish", "{}", token: editor).status == 200)
    return id
  }

  func createBundle(_ json: String, of title: String, as editor: String) async throws -> Answer {
    try await edge.post("/api/v1/admin/titles/\(title)/bundles", json, token: editor)
  }

  /// Sends the bytes where the answer says, with the fields that it names; the store's status.
  func upload(_ bytes: [UInt8], to created: Answer) async throws -> UInt16 {
    let url = try #require(created["upload_url"])
    var request = ClientRequest(
      .put, try Authority(url: objects.endpoint), String(url.dropFirst(objects.endpoint.count)), body: .bytes(bytes))
    // The client states the length of what it sends itself.
    for name in created.json?.names("headers") ?? [] where name != "content-length" {
      request.fields.append(try #require(FieldName(token: name)), created["headers.\(name)"] ?? "")
    }
    let client = WebClient(loop: loop)
    defer { client.close() }
    let answer = try await client.send(request, deadline: .seconds(10))
    _ = try await answer.collect(limit: 65_536)
    return answer.status.code
  }
}
