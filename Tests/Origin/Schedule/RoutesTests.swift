import Catalog
import HTTP
import Postgres
import Publication
import Routing
import Support
import Testing
import Vocabulary

@testable import Schedule

@Suite struct `The schedule's routes` {
  /// Runs `body` with the routes, a published title's path, and what was announced.
  private func withRoutes(_ body: @escaping (RouteTable, String, Announced) async throws -> Void) throws {
    try withDatabase(CatalogSchema.migrations + ScheduleSchema.migrations) { pool in
      let row = try await pool.query(
        "INSERT INTO titles (type, name, slug, is_published) VALUES ('MOVIE', 'Film', 'film', true) RETURNING id")[0]
      let announced = Announced()
      let schedule = ScheduleRoutes(
        pool,
        publish: { kind, _ in PublicationChange(version: Int64(announced.changes.count) + 1, kind: kind) },
        announce: { announced.changes.append($0) })
      try await body(
        RouteTable(schedule.routes), "/api/v1/admin/titles/\(try row.get("id", as: String.self))/availability",
        announced)
    }
  }

  private final class Announced {
    var changes: [PublicationChange] = []
  }

  /// A window that opens in an hour.
  private func soon(_ rest: String = "") -> String {
    #"{"windows": [{"window_start": "\#((Timestamp.now + .seconds(3_600)).iso8601)"\#(rest)}]}"#
  }

  @Test func `windows are put, read and told to the edges`() throws {
    try withRoutes { routes, path, announced in
      let put = try await routes.answer(.put, path, soon())
      #expect(put.response.text == #"{"count":1,"message":"Availability updated","success":true}"#)
      #expect(put.call.outdatedTags == ["schedule"] && announced.changes.map(\.version) == [1])
      let read = try await routes.answer(.get, path).response
      #expect(read.text.hasPrefix("[{") && read.text.contains(#""window_end":null"#))
      #expect(read.text.contains(#""territory_mode":"GLOBAL""#))
    }
  }

  @Test func `a window that cannot be is a 422 that names its place, and is told to nobody`() throws {
    try withRoutes { routes, path, announced in
      let refused = try await routes.answer(.put, path, soon(#", "territory_mode": "INCLUDE""#)).response
      #expect(refused.status == .unprocessableContent && refused.text.contains("countries"))
      let reversed = try await routes.answer(.put, path, soon(#", "window_end": "2020-01-01T00:00:00Z""#)).response
      #expect(reversed.status == .unprocessableContent && reversed.text.contains("window_end"))
      #expect(announced.changes.isEmpty)
      let stranger = "/api/v1/admin/titles/\(TitleID.example)/availability"
      #expect(try await routes.answer(.put, stranger, soon()).response.status == .notFound)
      #expect(try await routes.answer(.get, stranger).response.status == .notFound)
    }
  }

  @Test func `the country asked for wins over the caller's, and none at all sees no list of countries`() throws {
    try withRoutes { routes, path, _ in
      _ = try await routes.answer(.put, path, soon(#", "territory_mode": "INCLUDE", "countries": ["DE"]"#))
      let upcoming = "/api/v1/schedule/upcoming"
      let total = { (target: String, country: String?) in
        try await routes.answer(.get, target, country: country).response.text.contains(#""total":1"#)
      }
      #expect(try await total(upcoming, "DE"))
      #expect(try await total(upcoming + "?country=de", "US"))
      #expect(try await !total(upcoming + "?country=US", "DE"))
      #expect(try await !total(upcoming, nil))
      #expect(try await !total("/api/v1/schedule/worldwide", "DE"))
      let (item, call) = try await routes.answer(.get, upcoming, country: "DE")
      #expect(item.text.contains(#""is_worldwide":false"#) && item.text.contains(#""region":"DE""#))
      #expect(call.reply.tags == ["schedule"])
    }
  }

  @Test(arguments: ["days=0", "days=181", "country=DEU", "country=1", "type=FILM", "limit=0", "limit=201"])
  func `a query out of bounds is refused`(query: String) throws {
    try withRoutes { routes, _, _ in
      let answer = try await routes.answer(.get, "/api/v1/schedule/upcoming?\(query)").response
      #expect(answer.status == .unprocessableContent)
    }
  }

  @Test func `the lists vary by country only where they do`() throws {
    try withDatabase([]) { pool in
      let publish: Publishing = { kind, _ in PublicationChange(version: 1, kind: kind) }
      let routes = ScheduleRoutes(pool, publish: publish, announce: { _ in }).routes
      let caching = { (pattern: String) in routes.first { $0.pattern == pattern }?.rules.caching }
      #expect(caching("/api/v1/schedule/upcoming") == .shared(maxAge: .seconds(30), variesByCountry: true))
      #expect(caching("/api/v1/schedule/worldwide") == .shared(maxAge: .seconds(30)))
    }
  }
}
