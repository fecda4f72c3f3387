internal import Loop
internal import Observability
internal import Redis
internal import Synchronization

/// The answers that a process keeps, within a limit of bytes, for all its workers: what one has fetched, all can give.
///
/// URLs are spread over shards, each behind a lock of its own that is held for one look-up: some hundred nanoseconds,
/// so that two workers seldom meet, and a hit neither waits nor allocates. A shard that one loop owned would cost every
/// hit from another loop two hops between threads.
package final class AnswerStore: Sendable {
  /// What is kept under a URL.
  enum Finding {
    case nothing
    /// The one for all.
    case answer(StoredAnswer)
    /// Some that differ by this.
    case variants(Variation)
  }

  private static let shardCount = 16
  /// Less would be too little for large answers.
  private static let leastShard = 16 * 1024 * 1024

  private let shards: InlineArray<16, Mutex<AnswerShard>>
  /// The first so many hold something.
  private let used: Int
  private let ledger = Mutex(PurgeLedger())
  /// Where answers go that are too large for memory.
  let disk: DiskStore?

  /// - Parameter room: in bytes.
  package init(room: Int, disk: DiskStore? = nil) {
    self.disk = disk
    let used = min(max(1, room / Self.leastShard), Self.shardCount)
    self.used = used
    shards = InlineArray { _ in Mutex(AnswerShard(room: room / used)) }
  }

  var bytes: Int { sum(\.bytes) }
  var count: Int { sum(\.count) }

  /// Counts as a use of what is found.
  func find(_ url: CacheKey) -> Finding { shards[shard(of: url)].withLock { $0.find(url) } }

  /// The variant with that key, of those that the URL has. Counts as a use.
  func variant(_ key: CacheKey, of url: CacheKey) -> StoredAnswer? {
    shards[shard(of: url)].withLock { $0.variant(key) }
  }

  /// All that a URL has, up to as many as one question to the origin can name.
  func variants(of url: CacheKey) -> [StoredAnswer] {
    shards[shard(of: url)].withLock { $0.variants(of: url, atMost: 8) }
  }

  func holds(_ answer: StoredAnswer) -> Bool { shards[shard(of: answer.key.url)].withLock { $0.holds(answer) } }

  /// In place of an older one with its key; but not an answer that a purge since it was asked for may be meant for.
  func insert(_ answer: StoredAnswer) {
    let url = answer.key.url
    shards[shard(of: url)].withLock { shard in
      guard permits(answer) else {
        shard.remove(url)
        answer.content.file?.discard()
        return
      }
      shard.insert(answer, of: url)
    }
  }

  /// No purge since it was asked for can be meant for it.
  func permits(_ answer: StoredAnswer) -> Bool { ledger.withLock { $0.permits(answer) } }

  /// So many more bytes of a file on disk; whoever had to leave for them is gone. False when that is the file itself.
  func makeRoom(_ bytes: Int, for ticket: DiskStore.Ticket, on disk: DiskStore) -> Bool {
    for victim in disk.grow(ticket, by: bytes) {
      shards[shard(of: victim.key.url)].withLock { $0.remove(victim.key, victim.ticket) }
    }
    return disk.holds(ticket)
  }

  /// A variant, or every answer of a URL, goes for a reason that is no purge.
  func remove(_ key: CacheKey) { shards[shard(of: key.url)].withLock { $0.remove(key) } }

  /// What was asked for before it may be older than the newest purge.
  var lastPurge: Instant { ledger.withLock { $0.last } }

  /// First the ledger, then the shards: what slips in between is refused or removed.
  /// - Parameters:
  ///   - softly: what is kept is stale from now on, instead of gone.
  ///   - entry: where the order stands on the stream of purges. Once is enough.
  ///   - now: exact, not the tick's.
  func purge(_ subjects: [PurgeSubject], softly: Bool = false, entry: StreamID? = nil, at now: Instant) {
    if let entry, ledger.withLock({ $0.entry >= entry }) { return }
    ledger.withLock { $0.note(subjects, at: now) }
    for subject in subjects {
      if case .url(let url) = subject {
        shards[shard(of: url)].withLock { $0.purge(subject, softly: softly, at: now) }
      } else {
        for index in 0..<used { shards[index].withLock { $0.purge(subject, softly: softly, at: now) } }
      }
    }
    if let entry { ledger.withLock { $0.entry = max($0.entry, entry) } }
  }

  /// Some of the stream's entries are lost for good: nobody knows what they were about.
  func purgeAfterLoss(at now: Instant) {
    ledger.withLock { $0.entry = .zero }
    purge([.everything], at: now)
  }

  /// What earlier processes have left on disk.
  /// - Parameter obeysPurges: without the place on their stream nothing of it is trusted.
  func restore(obeysPurges: Bool, on loop: EventLoop) async {
    await disk?.restore(into: self, obeysPurges: obeysPurges, on: loop)
  }

  /// The process ends: nobody waits for the disk any more.
  package func close() { disk?.close() }

  /// Once a process.
  func report(to metrics: Metrics) {
    metrics.gauge("edge_cache_bytes", help: "What the kept answers take.") { [self] in Double(bytes) }
    metrics.gauge("edge_cache_answers", help: "Answers that are kept.") { [self] in Double(count) }
    guard let disk else { return }
    metrics.gauge("edge_cache_disk_bytes", help: "What the answers on disk take.") { Double(disk.bytes) }
  }

  private func shard(of url: CacheKey) -> Int { url.place(among: used) }

  private func sum(_ measure: (borrowing AnswerShard) -> Int) -> Int {
    var sum = 0
    for index in 0..<used { sum += shards[index].withLock { measure($0) } }
    return sum
  }
}
