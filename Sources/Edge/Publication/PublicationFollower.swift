internal import HTTPClient
internal import Logging
internal import Loop
internal import Publication
internal import Redis

/// Keeps the mirror true: the whole from the origin, then each change from the stream. Whenever changes may have been
/// lost it reads the whole again, and every few seconds it asks whether there is another, because a change whose word
/// was lost is still a change.
final class PublicationFollower {
  /// How long a change may go unheard when Redis has lost it.
  private static let interval = Duration.seconds(5)

  let mirror: PublicationMirror
  private let loop: EventLoop
  /// Asks the origin for the whole; nil when it is of the version that is named.
  private let fetch: (_ known: Int64?) async throws -> PublishedState?
  private let file: PublicationFile?
  private var timer: Timer?
  private var isFetching = false
  private var mustFetchAgain = false
  /// Came while the whole was on its way: it may be older than they are.
  private var meanwhile: [PublicationChange] = []
  /// Who wants to know how the first attempt ends.
  private var waiters: [() -> Void] = []
  private var hasTried = false
  private var isFailing = false
  private let log = Logger(label: "edge.publication")

  init(
    on loop: EventLoop, _ mirror: PublicationMirror, file: PublicationFile?,
    fetch: @escaping (_ known: Int64?) async throws -> PublishedState?
  ) {
    self.loop = loop
    self.mirror = mirror
    self.file = file
    self.fetch = fetch
    timer = loop.timer(after: .zero, repeating: Self.interval) { [unowned self] in refresh() }
  }

  func close() {
    timer?.cancel()
    timer = nil
  }

  /// Whether anything is known. An edge that has just started waits for its first answer.
  func isLoaded() async -> Bool {
    if mirror.state == nil, !hasTried {
      unsafe await withUnsafeContinuation { continuation in waiters.append { unsafe continuation.resume() } }
    }
    return mirror.state != nil
  }

  /// Of the stream `PublicationChange.stream`.
  func hear(_ event: StreamFollower.Event) {
    switch event {
    case .entry(let entry, _):
      guard let change = try? PublicationCodec.decodeChange(entry.first(PublicationChange.field) ?? []) else {
        return refresh()
      }
      if isFetching { meanwhile.append(change) }
      obey(change)
    case .missed, .upToDate: refresh()
    case .stillUpToDate, .away: break
    }
  }

  private func obey(_ change: PublicationChange) {
    switch mirror.apply(change) {
    case .applied: keep()
    case .alreadyKnown: break
    case .gap: refresh()
    }
  }

  private func refresh() {
    mustFetchAgain = true
    guard !isFetching, timer != nil else { return }
    isFetching = true
    loop.start { await self.fetchAll() }
  }

  private func fetchAll() async {
    while mustFetchAgain, timer != nil {
      mustFetchAgain = false
      do {
        if let state = try await fetch(mirror.state?.version) { adopt(state) }
        note(isFailing: false)
      } catch {
        note(isFailing: true, "\(error)")
        // The timer tries again.
        mustFetchAgain = false
      }
      meanwhile = []
      hasTried = true
      for wake in waiters { wake() }
      waiters = []
    }
    isFetching = false
  }

  private func adopt(_ state: PublishedState) {
    mirror.replace(with: state)
    for change in meanwhile { obey(change) }
    keep()
  }

  private func keep() {
    if let state = mirror.state { file?.keep(state) }
  }

  /// Once at each turn.
  private func note(isFailing: Bool, _ error: String = "") {
    guard isFailing != self.isFailing, timer != nil else { return }
    self.isFailing = isFailing
    if isFailing {
      log.warning("what is published cannot be read; the last known is obeyed", metadata: ["error": "\(error)"])
    } else {
      log.notice("what is published can be read again")
    }
  }
}
