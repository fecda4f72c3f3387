@testable import Edge
import HTTP
import Testing

@Suite struct `A request that may change something, RFC 9111 §4.4` {
  private static let page = "http://films.example/titles"

  @Test(arguments: [
    (Method.options, Status.ok, FieldName.location, "/other", false), (.post, .badRequest, .location, "/other", false),
    (.post, .ok, .location, "/other", true), (.put, .created, .contentLocation, "/other", true),
    (.delete, .ok, .location, "//FILMS.example/other", true), (.post, .ok, .location, "other", true),
    (.post, .ok, .location, "http://else.example/other", false), (.post, .ok, .location, "./other", false),
    (.post, .ok, .location, "../other", false),
  ])
  func `outdates what its answer names on the same host, when it succeeds`(
    method: Method, status: Status, name: FieldName, reference: String, isOutdated: Bool
  ) throws {
    try CacheStage.run { stage in
      stage.origin.answer = { request in
        request.method == .get ? .shared("x") : Response(status).with(name, reference)
      }
      _ = try await stage.get("/other")
      _ = try await stage.send(method, "/titles")
      #expect(try await stage.get("/other").isImmediate != isOutdated)
    }
  }

  @Test func `brings home what a GET would get, where a POST's answer says so, RFC 9110 §9.3.3`() throws {
    try keep(1) { $0 }
    try keep(0) { $0.with(.contentLocation, "/else") }
    try keep(0) { $0.with(.cacheControl, "max-age=0").with(.etag, "\"a\"") }
    try keep(0) { $0.with(.vary, "accept") }
    try keep(0) { $0.with(.contentEncoding, "gzip") }
    try keep(0) { response in
      var response = response
      response.status = .created
      return response
    }
    try keep(0, by: .put) { $0 }
    try keep(0, before: .own(nil)) { $0 }
  }

  /// Expects so many answers to be kept.
  private func keep(
    _ count: Int, by method: Method = .post, before bond: OriginBond = .stranger,
    _ change: @escaping (Response) -> Response
  ) throws {
    try CacheStage.run(bond: bond) { stage in
      stage.origin.answer = { _ in
        change(Response.text(.ok, "new").with(.cacheControl, "max-age=60").with(.contentLocation, Self.page))
      }
      let answer = try await stage.send(method, "/titles")
      #expect(answer.text == "new" && stage.cache.store.count == count)
      guard count > 0 else { return }
      let hit = try await stage.get("/titles")
      #expect(hit.isImmediate && hit.text == "new")
    }
  }
}
