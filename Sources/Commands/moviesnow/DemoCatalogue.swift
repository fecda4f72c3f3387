internal import Bundles
internal import Catalog
internal import HTTP
internal import Invocation
internal import Loop
internal import ObjectStore
internal import OriginServer
internal import Postgres
internal import Routing
internal import Schedule
internal import Vocabulary

/// Fills an empty catalogue with something to try everything on. Each film that can be had now gets a bundle, a real
/// ZIP.
struct DemoCatalogue {
  let database: PostgresPool
  let bucket: Bucket
  /// For the ZIP while it is made.
  let folder: StateFolder
  let loop: EventLoop

  func seedOnce() async throws {
    guard try await TitleStore(database, publish: PublicationVersion.next).list(AdminTitleQuery()).total == 0 else {
      return
    }
    for film in DemoFilm.all { try await add(film) }
  }

  private func add(_ film: DemoFilm) async throws {
    let titles = TitleStore(database, publish: PublicationVersion.next)
    let id = try await titles.create(draft(of: film)).id
    try await titles.classify(id, under: film.genres.compactMap { DisplayName($0) })
    _ = try await titles.setPublished(true, id)
    try await schedule(film, id)
    if film.windows.contains(where: { $0.from < 0 }) { try await bundle(film, id) }
  }

  private func draft(of film: DemoFilm) throws -> TitleDraft {
    var draft = TitleDraft(type: film.type, name: DisplayName(film.name)!, slug: Slug(film.slug)!)
    draft.status = .released
    draft.releaseYear = Year(film.year)
    draft.overview = Prose(film.overview)
    return draft
  }

  private func schedule(_ film: DemoFilm, _ title: TitleID) async throws {
    let today = Postgres.Timestamp.now
    let windows = film.windows.map { opening in
      Window(
        start: Moment(today + .days(opening.from)), end: opening.to.map { .init(today + .days($0)) },
        territory: opening.territory)!
    }
    _ = try await AvailabilityStore(database)
      .replace(title, with: Availability(windows)!, publishing: PublicationVersion.next)
  }

  private func bundle(_ film: DemoFilm, _ title: TitleID) async throws {
    var draft = BundleDraft()
    draft.seasonNumber = film.type == .series ? Season(1) : nil
    draft.label = Label(film.name)
    let store = BundleStore(database, publish: PublicationVersion.next)
    let (written, _) = try await store.create(draft, of: title, days: 60, by: nil) { _ in }
    let zip = try await archive(film)
    _ = try await bucket.put(written.bundle.storageKey, .bytes(zip), .init("application/zip"))
  }

  /// A ZIP with a page about the film.
  private func archive(_ film: DemoFilm) async throws -> [UInt8] {
    let page =
      "\(film.name) (\(film.year))\n\n\(film.overview)\n\nIn the public domain. This text stands in for the film.\n"
    try folder.write(page, to: "\(film.slug).txt")
    let name = "\(folder.path)/\(film.slug)"
    let command = ChildProcess.Command("zip", ["-q", "-j", "-X", "\(name).zip", "\(name).txt"])
    let exit: ChildProcess.Exit
    do { exit = try await ChildProcess.spawn(command, on: loop).exit } catch {
      throw CommandFailure("zip: \(error). Run deploy/local/setup.")
    }
    guard exit.status == 0 else { throw CommandFailure("zip could not write \(name).zip.") }
    return try folder.take("\(film.slug).zip")
  }
}

extension Duration {
  fileprivate static func days(_ count: Int) -> Duration { .seconds(86_400 * count) }
}
