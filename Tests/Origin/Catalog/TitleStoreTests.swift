import Postgres
import Publication
import Routing
import Support
import Testing
import Vocabulary

@testable import Catalog

@Suite struct `The titles' store` {
  private func withStore(_ body: @escaping (TitleStore, PostgresPool) async throws -> Void) throws {
    try withDatabase(CatalogSchema.migrations) { try await body(TitleStore($0), $0) }
  }

  private let draft = TitleDraft(type: .movie, name: DisplayName("Nosferatu")!, slug: Slug("nosferatu")!)

  @Test func `a new title is unpublished and found by its id`() throws {
    try withStore { [draft] store, _ in
      let title = try await store.create(draft)
      #expect(title.status == .announced && !title.isPublished && title.deletedAt == nil)
      #expect(try await store.find(title.id)?.slug == draft.slug)
      #expect(try await store.find(.example) == nil)
    }
  }

  @Test func `a slug is taken once, at birth and by change`() throws {
    try withStore { [draft] store, _ in
      _ = try await store.create(draft)
      await #expect(throws: CatalogError.slugTaken) { try await store.create(draft) }
      var other = draft
      other.slug = Slug("faust")!
      let faust = try await store.create(other)
      var changes = TitleChanges()
      changes.slug = draft.slug
      let renaming = changes
      await #expect(throws: CatalogError.slugTaken) { try await store.change(faust.id, renaming) }
    }
  }

  @Test func `a change touches what it names and nothing else`() throws {
    try withStore { [draft] store, _ in
      let title = try await store.create(draft)
      var changes = TitleChanges()
      changes.overview = Prose("A vampire.\nIn Wisborg.")
      changes.releaseDate = CalendarDate("1922-03-04")
      let changed = try await store.change(title.id, changes)
      #expect(changed?.overview == changes.overview && changed?.releaseDate == changes.releaseDate)
      #expect(changed?.name == title.name && changed?.slug == title.slug)
      #expect(try await store.change(.example, changes) == nil)
      changes.endDate = CalendarDate("1921-01-01")
      let ending = changes
      await #expect(throws: CatalogError.datesOutOfOrder) { try await store.change(title.id, ending) }
    }
  }

  @Test func `publishing twice changes once, and not what is deleted`() throws {
    try withStore { [draft] store, _ in
      let id = try await store.create(draft).id
      #expect(try await store.setPublished(true, id)?.hasChanged == true)
      #expect(try await store.setPublished(true, id)?.hasChanged == false)
      #expect(try await store.setDeleted(true, id)?.hasChanged == true)
      await #expect(throws: CatalogError.deleted) { try await store.setPublished(false, id) }
      #expect(try await store.setDeleted(false, id)?.hasChanged == true)
      #expect(try await store.setDeleted(false, id)?.hasChanged == false)
      #expect(try await store.setPublished(false, id)?.hasChanged == true)
      #expect(try await store.setPublished(true, .example)?.hasChanged == nil)
      #expect(try await store.setDeleted(true, .example)?.hasChanged == nil)
    }
  }

  @Test func `what is published of it is what a follower of its changes has`() throws {
    try withStore { [draft] store, pool in
      let id = try await store.create(draft).id
      #expect(try await TitleStore.revoked(in: pool) == [])
      _ = try await store.setPublished(true, id)
      #expect(try await store.setPublished(false, id)?.change?.kind == .revoked(.title(id.text)))
      #expect(try await TitleStore.revoked(in: pool) == [.title(id.text)])
      _ = try await store.setDeleted(true, id)
      #expect(try await store.setDeleted(false, id)?.change == nil)
      #expect(try await store.setPublished(true, id)?.change?.kind == .restored(.title(id.text)))
      #expect(try await TitleStore.revoked(in: pool) == [])
    }
  }

  @Test func `editors see every title, filtered and in order`() throws {
    try withStore { store, pool in
      try await pool.execute(
        """
        INSERT INTO titles (type, status, name, slug, release_year, created_at)
        SELECT CASE WHEN n % 2 = 0 THEN 'MOVIE' ELSE 'SERIES' END, 'RELEASED', 'Title ' || n, 'title-' || n, 1900 + n,
          timestamptz '2026-01-01T00:00:00Z' + n * interval '1 day'
        FROM generate_series(1, 50) n
        """)
      let newest = try await store.list(AdminTitleQuery())
      #expect(newest.total == 50 && newest.titles.count == 20 && newest.titles[0].slug.text == "title-50")
      var query = AdminTitleQuery()
      query.type = .series
      query.sort = "release_year"
      query.q = SearchText("TITLE 1")
      query.limit = Bounded(2)
      query.offset = Bounded(1)
      let page = try await store.list(query)
      #expect(page.total == 9)
      #expect(page.titles.map(\.slug.text) == ["title-11", "title-13"])
      query.offset = Bounded(1_000)
      let beyond = try await store.list(query)
      #expect(beyond.titles.isEmpty && beyond.total == page.total)
    }
  }
}
