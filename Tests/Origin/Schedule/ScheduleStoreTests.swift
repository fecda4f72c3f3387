import Catalog
import Postgres
import Publication
import Support
import Testing
import Vocabulary

@testable import Schedule

@Suite struct `The schedule` {
  private let now = Timestamp(iso8601: "2026-12-01T12:00:00Z")!

  /// Runs `body` with published titles named after these slugs.
  private func withTitles(
    _ slugs: [String],
    _ body: @escaping (ScheduleStore, AvailabilityStore, [String: TitleID], PostgresPool) async throws -> Void
  ) throws {
    try withDatabase(CatalogSchema.migrations + ScheduleSchema.migrations) { pool in
      let rows = try await pool.query(
        """
        WITH made AS (
          INSERT INTO titles (type, name, slug, is_published)
          SELECT 'MOVIE', slug, slug, true FROM unnest(\(slugs)::text[]) AS slug RETURNING id, slug)
        SELECT id, slug FROM made
        """)
      let titles = try rows.reduce(into: [String: TitleID]()) { $0[try $1.get("slug")] = try $1.get("id") }
      try await body(ScheduleStore(pool), AvailabilityStore(pool), titles, pool)
    }
  }

  private func window(
    _ offset: Duration, _ length: Duration? = nil, _ territory: Schedule.Territory = .global
  ) -> Window {
    let start = now + offset
    return Window(start: Moment(start), end: length.map { Moment(start + $0) }, territory: territory)!
  }

  private func opening(
    _ schedule: ScheduleStore, _ country: String?, limit: Int = 50, type: TitleType? = nil
  ) async throws -> [String] {
    let audience = country.flatMap { CountryCode($0) }.map(Audience.country) ?? .everywhere
    return try await schedule.opening(
      for: audience, from: now, before: now + .seconds(86_400), type: type, limit: limit
    ).items.map { "\($0.slug) \($0.region)" }
  }

  private let germany: Set<CountryCode> = [CountryCode("DE")!]

  @Test func `a country sees what includes it, what does not exclude it, and what is global`() throws {
    try withTitles(["everywhere", "german", "foreign"]) { [germany] schedule, availability, titles, _ in
      _ = try await availability.replace(titles["everywhere"]!, with: Availability([window(.seconds(30))])!)
      _ = try await availability.replace(
        titles["german"]!, with: Availability([window(.seconds(10), nil, .include(germany))])!)
      _ = try await availability.replace(
        titles["foreign"]!, with: Availability([window(.seconds(20), nil, .exclude(germany))])!)
      #expect(try await opening(schedule, "DE") == ["german DE", "everywhere WW"])
      #expect(try await opening(schedule, "US") == ["foreign US", "everywhere WW"])
      #expect(try await opening(schedule, nil) == ["everywhere WW"])
    }
  }

  @Test func `the list changes by itself when a window opens, or when one comes within the span`() throws {
    try withTitles(["soon", "far", "german"]) { [germany] schedule, availability, titles, _ in
      func next(_ country: String?, _ span: Duration) async throws -> Duration? {
        let audience = country.flatMap { CountryCode($0) }.map(Audience.country) ?? .everywhere
        return try await schedule.nextChange(for: audience, from: now, before: now + span, type: nil).map { $0 - now }
      }
      #expect(try await next(nil, .seconds(60)) == nil)
      _ = try await availability.replace(titles["soon"]!, with: Availability([window(.seconds(30))])!)
      _ = try await availability.replace(titles["far"]!, with: Availability([window(.seconds(100))])!)
      _ = try await availability.replace(
        titles["german"]!, with: Availability([window(.seconds(10), nil, .include(germany))])!)
      #expect(try await next(nil, .seconds(60)) == .seconds(30))
      #expect(try await next(nil, .seconds(90)) == .seconds(10))
      #expect(try await next("DE", .seconds(60)) == .seconds(10))
    }
  }

  @Test func `the span is half-open at both ends`() throws {
    try withTitles(["now", "last", "end", "past"]) { schedule, availability, titles, _ in
      let starts: [(String, Duration)] = [
        ("now", .zero), ("last", .seconds(86_399)), ("end", .seconds(86_400)), ("past", .seconds(-1)),
      ]
      for (slug, offset) in starts {
        _ = try await availability.replace(titles[slug]!, with: Availability([window(offset)])!)
      }
      #expect(try await opening(schedule, nil) == ["now WW", "last WW"])
    }
  }

  @Test func `a moment is the same in whichever zone the database's session lives`() throws {
    try withTitles(["past", "soon"]) { [now] _, availability, titles, pool in
      _ = try await availability.replace(titles["past"]!, with: Availability([window(.seconds(-1))])!)
      _ = try await availability.replace(titles["soon"]!, with: Availability([window(.seconds(30))])!)
      for zone in ["America/Los_Angeles", "Asia/Tokyo"] {
        let (items, next) = try await pool.transaction { transaction in
          try await transaction.execute("SELECT set_config('TimeZone', \(zone), true)")
          let schedule = ScheduleStore(transaction)
          let end = now + .seconds(60)
          return (
            try await schedule.opening(for: .everywhere, from: now, before: end, type: nil, limit: 5).items,
            try await schedule.nextChange(for: .everywhere, from: now, before: end, type: nil)
          )
        }
        #expect(items.map(\.slug) == ["soon"] && items.map(\.releaseAt) == [now.epochSeconds + 30])
        #expect(next == now + .seconds(30))
      }
    }
  }

  @Test func `a title is listed once, with the first window that opens for the audience`() throws {
    try withTitles(["film"]) { [germany, now] schedule, availability, titles, _ in
      _ = try await availability.replace(
        titles["film"]!,
        with: Availability([
          window(.seconds(300)), window(.seconds(200), .seconds(50), .exclude(germany)),
          window(.seconds(100), .seconds(50), .include(germany)), window(.seconds(-500), .seconds(100)),
        ])!)
      let german = try await schedule.opening(
        for: .country(CountryCode("DE")!), from: now, before: now + .seconds(900), type: nil, limit: 5)
      #expect(german.items.map(\.releaseAt) == [now.epochSeconds + 100] && german.total == 1)
      let unknown = try await schedule.opening(
        for: .everywhere, from: now, before: now + .seconds(900), type: nil, limit: 5)
      #expect(unknown.items.map(\.releaseAt) == [now.epochSeconds + 300])
    }
  }

  @Test func `the limit counts what is listed, not what was looked at`() throws {
    let slugs = (0..<60).map { "film-\($0)" }
    try withTitles(slugs + ["last"]) { [germany, now] schedule, availability, titles, _ in
      for slug in slugs {
        _ = try await availability.replace(
          titles[slug]!, with: Availability([window(.seconds(1), nil, .exclude(germany))])!)
      }
      _ = try await availability.replace(titles["last"]!, with: Availability([window(.seconds(2))])!)
      #expect(try await opening(schedule, "DE", limit: 1) == ["last WW"])
      let page = try await schedule.opening(
        for: .country(CountryCode("US")!), from: now, before: now + .seconds(60), type: .movie, limit: 10)
      #expect(page.items.count == 10 && page.total == 61)
      #expect(try await opening(schedule, "US", type: .series) == [])
    }
  }

  @Test func `what is not public is not announced`() throws {
    try withTitles(["hidden", "deleted"]) { schedule, availability, titles, pool in
      for title in titles.values {
        _ = try await availability.replace(title, with: Availability([window(.seconds(1))])!)
      }
      try await pool.execute("UPDATE titles SET is_published = false WHERE slug = 'hidden'")
      try await pool.execute("UPDATE titles SET deleted_at = now() WHERE slug = 'deleted'")
      #expect(try await opening(schedule, nil) == [])
    }
  }
}
