internal import Loop

/// A part of what is kept: the answers of some URLs, by key and by tag, within a limit of bytes. All variants of a URL
/// are in one shard.
struct AnswerShard {
  private struct Entry {
    let answer: StoredAnswer
    /// Nil of an answer on disk: there its content has its place.
    let place: EvictionOrder.Place?
  }

  /// The variants of one URL: what selects them, and the keys of those that are kept.
  private struct Variants {
    let variation: Variation
    var keys: Set<CacheKey> = []
  }

  private var order: EvictionOrder
  private var entries: [CacheKey: Entry] = [:]
  private var variants: [CacheKey: Variants] = [:]
  private var tagged: [String: Set<CacheKey>] = [:]
  private var keyByPlace: [EvictionOrder.Place: CacheKey] = [:]

  /// - Parameter room: in bytes.
  init(room: Int) { order = EvictionOrder(room: room) }

  var bytes: Int { order.bytes }
  var count: Int { entries.count }

  /// Counts as a use of what is found.
  mutating func find(_ url: CacheKey) -> AnswerStore.Finding {
    if let answer = variant(url) { return .answer(answer) }
    return variants[url].map { .variants($0.variation) } ?? .nothing
  }

  /// Counts as a use of what is found.
  mutating func variant(_ key: CacheKey) -> StoredAnswer? {
    guard let entry = entries[key] else { return nil }
    if let place = entry.place {
      order.noteUse(of: place)
    } else if entry.answer.content.file?.isDiscarded == true {
      remove(answer: key)
      return nil
    }
    return entry.answer
  }

  func variants(of url: CacheKey, atMost limit: Int) -> [StoredAnswer] {
    (variants[url]?.keys ?? []).prefix(limit).compactMap { entries[$0]?.answer }
  }

  func holds(_ answer: StoredAnswer) -> Bool { entries[answer.key]?.answer === answer }

  /// In place of an older one with its key, and of all that its URL had when answers there vary by something else now.
  mutating func insert(_ answer: StoredAnswer, of url: CacheKey) {
    let variation = answer.variation
    if variants[url].map({ $0.variation != variation }) ?? !variation.isNone { remove(url, for: answer) }
    remove(answer: answer.key, for: answer)
    if !variation.isNone { variants[url, default: Variants(variation: variation)].keys.insert(answer.key) }
    for tag in answer.tags { tagged[tag, default: []].insert(answer.key) }
    let isOnDisk = answer.content.file != nil
    let place = isOnDisk ? nil : order.insert(size: answer.size, fingerprint: answer.key.hashValue)
    entries[answer.key] = Entry(answer: answer, place: place)
    if let place { keyByPlace[place] = answer.key }
    while let place = order.evict() {
      if let key = keyByPlace[place] { forget(key) }
    }
  }

  /// A variant, or every answer of a URL.
  /// - Parameter successor: what comes in their place.
  mutating func remove(_ key: CacheKey, for successor: StoredAnswer? = nil) {
    for variant in variants[key]?.keys ?? [] { remove(answer: variant, for: successor) }
    variants[key] = nil
    remove(answer: key, for: successor)
  }

  mutating func purge(_ subject: PurgeSubject, softly: Bool, at now: Instant) {
    let keys: [CacheKey] =
      switch subject {
      case .tag(let tag): Array(tagged[tag] ?? [])
      case .url(let url): Array(variants[url]?.keys ?? [url])
      case .prefix(let prefix): entries.keys.filter(prefix.covers)
      case .everything: Array(entries.keys)
      }
    for key in keys {
      guard softly, let entry = entries[key] else {
        remove(answer: key)
        continue
      }
      let stale = entry.answer.stale(at: now)
      entries[key] = Entry(answer: stale, place: entry.place)
      // After a restart it is as stale.
      stale.content.file?.rewriteRecord(of: stale, at: now)
    }
  }

  /// One whose content has lost its place on disk.
  mutating func remove(_ key: CacheKey, _ ticket: DiskStore.Ticket) {
    if entries[key]?.answer.content.file?.ticket == ticket { remove(answer: key) }
  }

  private mutating func remove(answer key: CacheKey, for successor: StoredAnswer? = nil) {
    guard let entry = entries[key] else { return }
    if let place = entry.place { order.remove(place) }
    forget(key, for: successor)
  }

  /// - Parameter successor: may have the same content, validated.
  private mutating func forget(_ key: CacheKey, for successor: StoredAnswer? = nil) {
    guard let entry = entries.removeValue(forKey: key) else { return }
    if let file = entry.answer.content.file {
      if let successor, successor.content.file === file {
        // After a restart it is as long fresh, and has the same tags.
        file.rewriteRecord(of: successor, at: EventLoop.current.now)
      } else {
        file.discard()
      }
    }
    if let place = entry.place { keyByPlace[place] = nil }
    for tag in entry.answer.tags {
      tagged[tag]?.remove(key)
      if tagged[tag]?.isEmpty == true { tagged[tag] = nil }
    }
    let url = key.url
    variants[url]?.keys.remove(key)
    if variants[url]?.keys.isEmpty == true { variants[url] = nil }
  }
}
