import HTTP
import JSON
import Routing
import Testing

@Suite struct `Routes` {
  struct NewTitle: Codable, Equatable {
    let name: String
    let slug: Slug
    let releaseYear: Int?
    let tags: [String]?
  }

  struct Slug: DomainValue {
    let text: String
    static let expectation = "a slug such as big-buck-bunny"
    static let example = Slug("big-buck-bunny")!

    init?(_ text: String) {
      guard !text.isEmpty, text.utf8.allSatisfy({ (0x61...0x7A).contains($0) || $0 == 0x2D }) else { return nil }
      self.text = text
    }
  }

  let create = Route(.post, "/titles", "Create a title", Rules(.admin), success: .created) {
    (_, title: NewTitle) in title
  }

  @Test func `a valid body reaches the handler, and its output is JSON in snake case`() async throws {
    let response = try await answer(create, #"{"name":"Sintel","slug":"sintel","release_year":2010}"#)
    #expect(response.status == .created)
    #expect(text(response) == #"{"name":"Sintel","release_year":2010,"slug":"sintel"}"#)
  }

  @Test(arguments: [
    (#"{"slug":"sintel"}"#, "body.name: Field required"),
    (#"{"name":7,"slug":"sintel"}"#, "body.name: Expected a string"),
    (#"{"name":"x","slug":"NOT a slug"}"#, "body.slug: Expected a slug such as big-buck-bunny"),
    (#"{"name":"x","slug":"y","release_year":"soon"}"#, "body.release_year: Expected a whole number"),
  ])
  func `a wrong body is a 422 that names the place and the reason`(body: String, detail: String) async throws {
    let problem = try await refusal(of: create, body)
    #expect(problem?.status == .unprocessableContent)
    #expect(problem?.detail == detail)
  }

  @Test(arguments: [
    ("application/json; charset=utf-8", 201), ("Application/JSON", 201), ("application/merge-patch+json", 201),
    ("text/plain", 415), ("application/jsonp", 415), ("text/plain; x=+json", 415), ("json", 415),
  ])
  func `a body that is not called JSON is a 415`(type: String, status: Int) async throws {
    let body = Array(#"{"name":"Sintel","slug":"sintel"}"#.utf8)
    let call = Call(Request(.post, "/titles", fields: [(.contentType, type)], body: body), caller: nil)
    var answered: Status
    do { answered = try await create.answer(call).status } catch let problem as Problem { answered = problem.status }
    #expect(answered.code == status)
  }

  @Test func `a refusal does not echo the input`() async throws {
    let problem = try await refusal(of: create, #"{"name":"x","slug":"S3CRET!"}"#)
    let document = problem.map { text($0.response(instance: UUIDv4(high: 1, low: 2))) }
    #expect(document?.contains("S3CRET") == false)
  }

  struct Pages: Codable {
    let pages: [Bounded<OneToHundred>]
    let kind: Kind?
    let marks: [Mark]?

    enum Kind: String, CaseIterable, Codable {
      case movie = "MOVIE"
      case series = "SERIES"
    }

    struct Mark: Codable {
      let seconds: Bounded<OneToHundred>?
      let kind: Kind?
    }
  }

  @Test(arguments: [
    (#"{"pages":[1,1.5]}"#, "body.pages.1: Expected a whole number from 1 to 100"),
    (#"{"pages":[99999999999999999999]}"#, "body.pages.0: Expected a whole number from 1 to 100"),
    (#"{"pages":[1e400]}"#, "body.pages.0: Expected a whole number from 1 to 100"),
    (#"{"pages":[],"kind":"S3CRET"}"#, "body.kind: Expected one of MOVIE, SERIES"),
    (#"{"pages":[],"kind":7}"#, "body.kind: Expected one of MOVIE, SERIES"),
    (
      #"{"pages":[],"marks":[{"seconds":1},{"seconds":1.5}]}"#,
      "body.marks.1.seconds: Expected a whole number from 1 to 100"
    ),
    (
      #"{"pages":[],"marks":[{"seconds":-9223372036854775809}]}"#,
      "body.marks.0.seconds: Expected a whole number from 1 to 100"
    ),
    (#"{"pages":[],"marks":[{"kind":"movie"}]}"#, "body.marks.0.kind: Expected one of MOVIE, SERIES"),
    (#"{"pages":[],"marks":{}}"#, "body.marks: Expected an array"),
    (#"{"pages":null}"#, "body.pages: Expected an array, not null"),
    ("[]", "body: Expected an object"),
  ])
  func `a number or a word that cannot be is a 422 in our words`(body: String, detail: String) async throws {
    let route = Route(.post, "/pages", "Turn pages", Rules(.admin)) { (_, pages: Pages) in pages }
    let problem = try await refusal(of: route, body)
    #expect(problem?.status == .unprocessableContent)
    #expect(problem?.detail == detail)
  }

  @Test func `what is not JSON is a 400`() async throws {
    let problem = try await refusal(of: create, "{")
    #expect(problem?.status == .badRequest)
  }

  struct Paging: Codable {
    let page: Bounded<OneToHundred>?
    let genres: [String]?
    let exact: Bool?
  }

  struct OneToHundred: Bounds { static let range = 1...100 }

  let list = Route(.get, "/titles", "List titles", Rules(.publicKey)) { (_, paging: Paging) in
    ["page": paging.page.map { String($0.value) } ?? "none", "genres": (paging.genres ?? []).joined(separator: "+")]
  }

  @Test func `a query fills scalars, and arrays from repeated names`() async throws {
    let call = Call(Request(.get, "/titles?page=2&genres=Drama&genres=Sci%2DFi"), caller: nil)
    #expect(text(try await list.answer(call)) == #"{"genres":"Drama+Sci-Fi","page":"2"}"#)
  }

  @Test(arguments: ["page=0", "page=101", "page=x", "exact=maybe"])
  func `a query value out of its bounds is a 422`(query: String) async throws {
    let problem = try await refusal(of: list, "", query: "?\(query)")
    #expect(problem?.status == .unprocessableContent)
  }

  @Test func `the OpenAPI document is derived from the declaration`() throws {
    let document = String(decoding: OpenAPI(title: "t", version: "1", routes: [create, list]).document, as: UTF8.self)
    #expect(document.contains(#""required":["name","slug"]"#))
    #expect(document.contains(#""slug":{"type":"string","description":"a slug such as big-buck-bunny"}"#))
    let page = #""name":"page","in":"query","required":false,"schema":{"type":"integer","minimum":1,"maximum":100}"#
    #expect(document.contains(page))
    #expect(document.contains(#""security":[{"bearer":[]}]"#))
  }

  private func answer(_ route: Route, _ body: String) async throws -> Response {
    try await route.answer(Call(Request(route.method, route.pattern, body: Array(body.utf8)), caller: nil))
  }

  /// The problem that the route answers with; nil when it accepts.
  private func refusal(of route: Route, _ body: String, query: String = "") async throws -> Problem? {
    let request = Request(route.method, route.pattern + query, body: Array(body.utf8))
    do { _ = try await route.answer(Call(request, caller: nil)) } catch let problem as Problem { return problem }
    return nil
  }

  private func text(_ response: Response) -> String {
    guard case .bytes(let bytes) = response.body else { return "" }
    return String(decoding: bytes, as: UTF8.self)
  }
}
