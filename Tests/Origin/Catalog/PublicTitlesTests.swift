import Postgres
import Routing
import Support
import Testing
import Vocabulary

@testable import Catalog

@Suite struct `The public catalogue` {
  /// Four published films, one that is not, and one that is deleted.
  private static let films: SQL = """
    INSERT INTO titles (type, name, original_name, slug, release_date, popularity_score, rating_average, is_published)
    VALUES
      ('MOVIE', 'Metropolis', NULL, 'metropolis', '1927-01-10', 90, 8.3, true),
      ('MOVIE', 'The Cabinet of Dr. Caligari', 'Das Cabinet des Dr. Caligari', 'caligari', '1920-02-26', 70, 8.0, true),
      ('MOVIE', 'ÉTOILE 100%', NULL, 'etoile', NULL, 80, NULL, true),
      ('SERIES', 'Les Vampires', NULL, 'les-vampires', '1915-11-13', 70, 7.3, true),
      ('MOVIE', 'Secret', NULL, 'secret', '1930-01-01', 99, 9.0, false),
      ('MOVIE', 'Gone', NULL, 'gone', '1930-01-01', 99, 9.0, true)
    """

  private func withFilms(_ body: @escaping (PublicTitles, TitleStore, PostgresPool) async throws -> Void) throws {
    try withDatabase(CatalogSchema.migrations) { pool in
      try await pool.execute(Self.films)
      try await pool.execute("UPDATE titles SET deleted_at = now() WHERE slug = 'gone'")
      try await body(PublicTitles(pool), TitleStore(pool), pool)
    }
  }

  private func slugs(_ titles: PublicTitles, _ adjust: (inout PublicTitleQuery) -> Void) async throws -> [String] {
    var query = PublicTitleQuery()
    adjust(&query)
    return try await titles.list(query).titles.map(\.slug.text)
  }

  @Test func `lists what is published, most popular first`() throws {
    try withFilms { titles, _, _ in
      let (items, total) = try await titles.list(PublicTitleQuery())
      #expect(total == 4)
      #expect(items.prefix(2).map(\.slug.text) == ["metropolis", "etoile"])
      #expect(items[0].year == 1927 && items[0].rating == 8.3)
    }
  }

  @Test(arguments: [
    ("name", "asc", ["etoile", "les-vampires", "metropolis", "caligari"]),
    ("year", "desc", ["metropolis", "caligari", "les-vampires", "etoile"]),
    ("rating", "asc", ["les-vampires", "caligari", "metropolis", "etoile"]),
    ("released_at", "asc", ["les-vampires", "caligari", "metropolis", "etoile"]),
    ("name; DROP TABLE titles", "up", ["metropolis", "etoile"]),
  ])
  func `sorts by every word of the contract, and by popularity for any other`(
    sort: String, order: String, first: [String]
  ) throws {
    try withFilms { titles, _, _ in
      let slugs = try await self.slugs(titles) { ($0.sort, $0.order) = (sort, order) }
      #expect(slugs.starts(with: first))
    }
  }

  @Test(arguments: [
    ("cabinet DAS", ["caligari"]), ("étoile", ["etoile"]), ("100%", ["etoile"]), ("%", ["etoile"]), ("_", []),
    ("secret", []), ("metropolis caligari", []),
  ])
  func `finds every word in either name, in any case, and takes signs as signs`(q: String, slugs: [String]) throws {
    try withFilms { titles, _, _ in
      let found = try await self.slugs(titles) { $0.q = SearchText(q) }
      #expect(found == slugs)
    }
  }

  @Test func `filters narrow each other`() throws {
    try withFilms { titles, store, pool in
      let metropolis = try #require(try await titles.find(.slug(Slug("metropolis")!))).id
      let caligari = try #require(try await titles.find(.slug(Slug("caligari")!))).id
      try await store.classify(metropolis, under: [DisplayName("Drama")!, DisplayName("Science Fiction")!])
      try await store.classify(caligari, under: [DisplayName("drama")!, DisplayName("Horror")!])
      try await pool.execute(
        """
        WITH person AS (INSERT INTO people (name) VALUES ('Brigitte Helm') RETURNING id)
        INSERT INTO title_cast (title_id, person_id) SELECT \(metropolis), id FROM person
        """)
      #expect(try await slugs(titles) { $0.genres = [DisplayName("DRAMA")!] } == ["metropolis", "caligari"])
      #expect(try await slugs(titles) { $0.genres = [DisplayName("Horror")!, DisplayName("None")!] } == ["caligari"])
      #expect(try await slugs(titles) { $0.cast = [DisplayName("brigitte helm")!] } == ["metropolis"])
      #expect(try await slugs(titles) { ($0.yearGte, $0.yearLte) = (Year(1915), Year(1920)) }.count == 2)
      #expect(try await slugs(titles) { $0.ratingGte = Rating(8.1) } == ["metropolis"])
      #expect(try await slugs(titles) { $0.ratingLte = Rating(7.5) } == ["les-vampires"])
      #expect(try await titles.list(PublicTitleQuery()).titles[0].genres == ["Drama", "Science Fiction"])
      #expect(try await titles.genreCounts(PublicTitleQuery()) == ["Drama": 2, "Horror": 1, "Science Fiction": 1])
      try await store.classify(metropolis, under: [])
      #expect(try await titles.find(.id(metropolis))?.genres == [])
    }
  }

  @Test func `a page past the end is empty and still knows the total`() throws {
    try withFilms { titles, _, _ in
      var query = PublicTitleQuery()
      query.page = Bounded(1_000_000)
      query.pageSize = Bounded(100)
      let (items, total) = try await titles.list(query)
      #expect(items.isEmpty && total == 4)
    }
  }

  @Test func `pages neither repeat nor lose a title of equal rank`() throws {
    try withFilms { titles, _, _ in
      var seen: [String] = []
      for number in 1...4 {
        seen += try await slugs(titles) { ($0.page, $0.pageSize) = (Bounded(number), Bounded(1)) }
      }
      #expect(Set(seen).count == 4)
    }
  }

  @Test func `a title is found by id and by slug, unless it is hidden`() throws {
    try withFilms { titles, _, _ in
      let film = try #require(try await titles.find(.slug(Slug("caligari")!)))
      #expect(film.originalName?.text == "Das Cabinet des Dr. Caligari")
      #expect(film.releasedAt == -1_573_084_800)
      #expect(try await titles.find(.id(film.id))?.slug == film.slug)
      for hidden in ["secret", "gone", "none"] {
        #expect(try await titles.find(.slug(Slug(hidden)!)) == nil)
      }
    }
  }
}
