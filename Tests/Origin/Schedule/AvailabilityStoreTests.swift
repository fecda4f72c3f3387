import Catalog
import Postgres
import Publication
import Routing
import Support
import Testing
import Vocabulary

@testable import Schedule

@Suite struct `The windows' store` {
  private func withTitle(
    _ body: @escaping (AvailabilityStore, TitleID, PostgresPool) async throws -> Void
  ) throws {
    try withDatabase(CatalogSchema.migrations + ScheduleSchema.migrations) { pool in
      let row = try await pool.query(
        "INSERT INTO titles (type, name, slug) VALUES ('MOVIE', 'Film', 'film') RETURNING id")[0]
      try await body(AvailabilityStore(pool), try row.get("id"), pool)
    }
  }

  private func availability(_ json: String) throws -> Availability {
    try JSONDocument.decode(Availability.self, from: Array(json.utf8))
  }

  @Test func `what was put is what is read, ordered by start`() throws {
    try withTitle { store, title, _ in
      _ = try await store.replace(
        title,
        with: availability(
          """
          {"windows": [
            {"window_start": "2027-01-01T00:00:00.5+01:00", "territory_mode": "INCLUDE", "countries": ["fr", "de"],
             "window_end": "2027-02-01T00:00:00Z", "distribution": ["SVOD", "FREE"], "device_classes": ["TV"],
             "rights": {"note": "\\"quoted\\", {braces}"}},
            {"window_start": "2026-12-01T00:00:00Z"}]}
          """))
      let windows = try await store.windows(of: title)
      #expect(windows.map(\.windowStart.text) == ["2026-12-01T00:00:00Z", "2026-12-31T23:00:00.500Z"])
      #expect(windows[0].windowEnd == nil && windows[0].territoryMode == .global && windows[0].countries.isEmpty)
      #expect(windows[1].countries.map(\.text) == ["DE", "FR"])
      #expect(windows[1].distribution == [.free, .subscription] && windows[1].deviceClasses == [.television])
      #expect(windows[1].rights == .members(["note": .text(#""quoted", {braces}"#)]))
    }
  }

  @Test func `a put replaces all windows, and an empty one clears them`() throws {
    try withTitle { store, title, _ in
      let one = try availability(#"{"windows": [{"window_start": "2026-12-01T00:00:00Z"}]}"#)
      for _ in 0..<2 {
        _ = try await store.replace(title, with: one)
        #expect(try await store.windows(of: title).count == 1)
      }
      _ = try await store.replace(title, with: availability(#"{"windows": []}"#))
      #expect(try await store.windows(of: title).isEmpty)
    }
  }

  @Test func `a title that is absent or deleted has its windows left alone`() throws {
    try withTitle { store, title, pool in
      let none = try availability(#"{"windows": []}"#)
      await #expect(throws: ScheduleError.noSuchTitle) {
        try await store.replace(.example, with: none)
      }
      await #expect(throws: ScheduleError.noSuchTitle) { try await store.windows(of: .example) }
      try await pool.execute("UPDATE titles SET deleted_at = now()")
      await #expect(throws: ScheduleError.titleDeleted) {
        try await store.replace(title, with: none)
      }
    }
  }

  @Test func `what is published is what a follower of the changes has, in whole seconds`() throws {
    try withTitle { store, title, pool in
      let wanted = try availability(
        """
        {"windows": [
          {"window_start": "2026-12-01T00:00:00.5Z", "territory_mode": "EXCLUDE", "countries": ["US"]},
          {"window_start": "2027-01-01T00:00:00Z", "window_end": "2027-02-01T00:00:00.5Z"},
          {"window_start": "2027-03-01T00:00:00.1Z", "window_end": "2027-03-01T00:00:00.9Z"}]}
        """)
      var follower = PublishedState(version: 0)
      #expect(follower.apply(try await store.replace(title, with: wanted)) == .applied)
      let windows = try #require(follower.windows(ofTitle: title.text))
      #expect(windows.map(\.start) == [1_796_083_201, 1_798_761_600] && windows.map(\.end) == [nil, 1_801_440_000])
      #expect(try await AvailabilityStore.published(in: pool) == [title.text: windows])
    }
  }

  @Test func `windows that cannot be published stay as they were`() throws {
    struct Refusal: Error {}
    try withTitle { store, title, pool in
      let one = try availability(#"{"windows": [{"window_start": "2026-12-01T00:00:00Z"}]}"#)
      await #expect(throws: Refusal.self) { try await store.replace(title, with: one) { _, _ in throw Refusal() } }
      #expect(try await store.windows(of: title).isEmpty)
    }
  }

  @Test func `the database refuses what the types refuse`() throws {
    try withTitle { _, title, pool in
      let faults: [SQL] = [
        "(\(title), now(), now(), 'GLOBAL', '{}', '{}', '{}')", "(\(title), now(), NULL, 'INCLUDE', '{}', '{}', '{}')",
        "(\(title), now(), NULL, 'GLOBAL', '{DE}', '{}', '{}')", "(\(title), now(), NULL, 'MOON', '{DE}', '{}', '{}')",
        "(\(title), now(), NULL, 'GLOBAL', '{}', '{DVD}', '{}')",
        """
        (\(title), '2026-01-01', NULL, 'GLOBAL', '{}', '{}', '{}'),
        (\(title), '2026-01-01', NULL, 'GLOBAL', '{}', '{}', '{}')
        """,
      ]
      for fault in faults {
        await #expect(throws: PostgresError.self) {
          try await pool.execute(
            """
            INSERT INTO availability_windows (
              title_id, window_start, window_end, territory_mode, countries, distribution, device_classes)
            VALUES \(fault)
            """)
        }
      }
    }
  }
}
