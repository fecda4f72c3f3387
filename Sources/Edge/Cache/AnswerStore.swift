/// The answers that are kept, by key and by tag, within a limit of bytes.
struct AnswerStore {
  /// The variants of one URL: what selects them, and the keys of those that are kept.
  private struct Variants {
    let variation: Variation
    var keys: Set<CacheKey> = []
  }

  private var order: EvictionOrder
  private var answers: [CacheKey: StoredAnswer] = [:]
  private var variants: [CacheKey: Variants] = [:]
  private var tagged: [String: Set<CacheKey>] = [:]
  private var byPlace: [EvictionOrder.Place: StoredAnswer] = [:]

  /// - Parameter room: in bytes.
  init(room: Int) { order = EvictionOrder(room: room) }

  var bytes: Int { order.bytes }
  var count: Int { answers.count }

  /// The answer of a URL that has one for all, or of a variant.
  func answer(_ key: CacheKey) -> StoredAnswer? { answers[key] }

  /// By what the answers of a URL differ; nil when they do not, or none is known.
  func variation(of key: CacheKey) -> Variation? { variants[key]?.variation }

  mutating func noteUse(of answer: StoredAnswer) { order.noteUse(of: answer.place) }

  /// In place of an older one with its key, and of all that its URL had when answers there vary by something else now.
  mutating func insert(_ answer: StoredAnswer) {
    let url = answer.key.url
    let variation = answer.variation
    if variants[url].map({ $0.variation != variation }) ?? !variation.isNone { remove(url) }
    remove(answer: answer.key)
    if !variation.isNone { variants[url, default: Variants(variation: variation)].keys.insert(answer.key) }
    answers[answer.key] = answer
    for tag in answer.tags { tagged[tag, default: []].insert(answer.key) }
    answer.place = order.insert(size: answer.size, fingerprint: answer.key.hashValue)
    byPlace[answer.place] = answer
    while let place = order.evict() { forget(place) }
  }

  /// Every answer of a URL.
  mutating func remove(_ url: CacheKey) {
    for key in variants[url]?.keys ?? [] { remove(answer: key) }
    variants[url] = nil
    remove(answer: url)
  }

  mutating func remove(tagged tag: String) {
    for key in tagged[tag] ?? [] { remove(answer: key) }
  }

  private mutating func remove(answer key: CacheKey) {
    guard let place = answers[key]?.place else { return }
    order.remove(place)
    forget(place)
  }

  private mutating func forget(_ place: EvictionOrder.Place) {
    guard let answer = byPlace.removeValue(forKey: place) else { return }
    answers[answer.key] = nil
    for tag in answer.tags {
      tagged[tag]?.remove(answer.key)
      if tagged[tag]?.isEmpty == true { tagged[tag] = nil }
    }
    let url = answer.key.url
    variants[url]?.keys.remove(answer.key)
    if variants[url]?.keys.isEmpty == true { variants[url] = nil }
  }
}
