import HTTP
import Postgres
import Publication
import Routing
import Support
import Testing
import Vocabulary

@testable import Catalog

@Suite struct `The catalogue's routes` {
  private func withRoutes(
    announce: @escaping (PublicationChange) async -> Void = { _ in },
    _ body: @escaping (RouteTable) async throws -> Void
  ) throws {
    try withDatabase(CatalogSchema.migrations) { pool in
      let routes = CatalogRoutes(
        pool, CatalogSettings(), publish: { kind, _ in PublicationChange(version: 1, kind: kind) }, announce: announce)
      try await body(RouteTable(routes.routes))
    }
  }

  private let film = #"{"type": "MOVIE", "name": "Nosferatu", "slug": "nosferatu", "release_year": 1922}"#

  /// The id of a new title made of `film`.
  private func create(_ routes: RouteTable) async throws -> String {
    let made = try await routes.answer(.post, "/api/v1/admin/titles", film).response
    let location = try #require(made.fields.first(.location))
    return String(location.split(separator: "/").last ?? "")
  }

  @Test func `a title that is taken back, and given back, is told to the edges, a draft is not`() throws {
    var announced: [PublicationChange.Kind] = []
    try withRoutes(announce: { announced.append($0.kind) }) { routes in
      let id = try await create(routes)
      for action in ["publish", "unpublish", "unpublish", "soft-delete", "restore", "publish", "soft-delete"] {
        let answer = try await routes.answer(.post, "/api/v1/admin/titles/\(id)/\(action)").response
        #expect(answer.status == .ok)
      }
      let title = Revocation.title(id)
      #expect(announced == [.revoked(title), .restored(title), .revoked(title)])
    }
  }

  @Test func `a title is made once, shown to editors, and to everyone once published`() throws {
    try withRoutes { [film] routes in
      let (made, call) = try await routes.answer(.post, "/api/v1/admin/titles", film)
      #expect(made.status == .created && made.text.contains(#""type":"MOVIE""#))
      #expect(made.text.contains(#""deleted_at":null"#) && made.text.contains(#""original_name":null"#))
      #expect(call.auditDetails["slug"] == "nosferatu")
      #expect(try await routes.answer(.post, "/api/v1/admin/titles", film).response.status == .conflict)
      #expect(try await routes.answer(.get, "/api/v1/titles/nosferatu").response.status == .notFound)
      let path = try #require(made.fields.first(.location))
      let published = try await routes.answer(.post, path + "/publish")
      #expect(published.response.text == #"{"message":"Title published","success":true}"#)
      #expect(published.call.outdatedTags.contains("titles") && published.call.outdatedTags.count == 3)
      let again = try await routes.answer(.post, path + "/publish")
      #expect(again.response.text.contains("Already published") && again.call.outdatedTags.isEmpty)
      let shown = try await routes.answer(.get, "/api/v1/titles/nosferatu").response
      #expect(shown.status == .ok && shown.text.contains(#""year":1922"#) && shown.text.contains(#""rating":null"#))
    }
  }

  @Test func `a list says its total, its pages and its tag`() throws {
    try withRoutes { routes in
      let id = try await create(routes)
      _ = try await routes.answer(.post, "/api/v1/admin/titles/\(id)/publish")
      let (list, call) = try await routes.answer(.get, "/api/v1/titles?genres=a&genres=b&q=none")
      #expect(list.fields.first(.xTotalCount) == "0")
      #expect(list.fields.first(.link)?.contains("genres=a&genres=b&q=none&page=1") == true)
      #expect(call.reply.tags == ["titles"])
      let all = try await routes.answer(.get, "/api/v1/titles?page_size=1").response
      #expect(all.text.contains(#""page":1,"page_size":1,"total":1,"total_pages":1"#))
      let edited = try await routes.answer(.get, "/api/v1/admin/titles?type=MOVIE&is_published=true").response
      #expect(edited.text.hasPrefix("[{") && edited.fields.first(.xTotalCount) == "1")
    }
  }

  @Test(arguments: [
    "page=0", "page_size=0", "page_size=101", "page=x", "year_gte=1700", "rating_lte=10.5", "rating_gte=nan", "q=%00",
    "q=" + String(repeating: "a", count: 129), "genres=%00",
  ])
  func `a query out of bounds is refused`(query: String) throws {
    try withRoutes { routes in
      let answer = try await routes.answer(.get, "/api/v1/titles?\(query)").response
      #expect(answer.status == .unprocessableContent)
    }
  }

  @Test(arguments: [
    "{}", #"{"type": "FILM", "name": "a", "slug": "a"}"#, #"{"type": "MOVIE", "name": "", "slug": "a"}"#,
    #"{"type": "MOVIE", "name": "a", "slug": "x y Z!"}"#,
    #"{"type": "MOVIE", "name": "a", "slug": "a", "release_year": 1}"#,
  ])
  func `a title that cannot be is refused`(body: String) throws {
    try withRoutes { routes in
      let answer = try await routes.answer(.post, "/api/v1/admin/titles", body).response
      #expect(answer.status == .unprocessableContent)
    }
  }

  @Test func `a change is checked as a new title is`() throws {
    try withRoutes { routes in
      let path = "/api/v1/admin/titles/\(try await create(routes))"
      #expect(try await routes.answer(.patch, path, "{}").response.status == .badRequest)
      #expect(try await routes.answer(.patch, path, #"{"slug": "x y Z!"}"#).response.status == .unprocessableContent)
      let dates = #"{"release_date": "2024-01-02", "end_date": "2024-01-01"}"#
      #expect(try await routes.answer(.patch, path, dates).response.status == .unprocessableContent)
      let changed = try await routes.answer(.patch, path, #"{"status": "RELEASED"}"#)
      #expect(changed.response.text.contains(#""status":"RELEASED""#) && changed.call.outdatedTags.contains("titles"))
    }
  }

  @Test(arguments: [
    ("/api/v1/titles/a%20b", Status.badRequest), ("/api/v1/titles/none", .notFound),
    ("/api/v1/admin/titles/none", .notFound), ("/api/v1/admin/titles/\(TitleID.example)", .notFound),
  ])
  func `what is not there, or cannot be, says so`(path: String, status: Status) throws {
    try withRoutes { routes in
      let answer = try await routes.answer(.get, path).response
      #expect(answer.status == status)
    }
  }

  @Test(arguments: ["publish", "unpublish", "soft-delete", "restore"])
  func `what is done to a title that is not there is a 404`(action: String) throws {
    try withRoutes { routes in
      for id in ["none", "\(TitleID.example)"] {
        let answer = try await routes.answer(.post, "/api/v1/admin/titles/\(id)/\(action)").response
        #expect(answer.status == .notFound)
      }
    }
  }

  @Test func `a deleted title is hidden until it is restored`() throws {
    try withRoutes { routes in
      let path = "/api/v1/admin/titles/\(try await create(routes))"
      _ = try await routes.answer(.post, path + "/publish")
      #expect(try await routes.answer(.post, path + "/soft-delete").response.text.contains("Title deleted"))
      #expect(try await routes.answer(.get, "/api/v1/titles/nosferatu").response.status == .notFound)
      #expect(try await routes.answer(.post, path + "/unpublish").response.status == .conflict)
      #expect(try await routes.answer(.post, path + "/restore").response.status == .ok)
      #expect(try await routes.answer(.get, "/api/v1/titles/nosferatu").response.status == .ok)
    }
  }
}
