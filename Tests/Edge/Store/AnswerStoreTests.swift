@testable import Edge
import HTTP
import Loop
@testable import Redis
import Testing

@Suite struct `The store of answers` {
  @Test func `an answer that was asked for before a purge of its tag or its URL is not kept after it`() {
    let store = AnswerStore(room: 1 << 20)
    store.insert(answer("/titles", tags: "titles", askedAt: 1))
    store.purge([.tag("titles"), .url(key("/other"))], at: Instant(nanoseconds: 5))
    #expect(store.count == 0)
    store.insert(answer("/titles", tags: "titles", askedAt: 5))
    store.insert(answer("/other", tags: "x", askedAt: 4))
    #expect(store.count == 0)
    store.insert(answer("/third", tags: "x", askedAt: 4))
    store.insert(answer("/titles", tags: "titles", askedAt: 6))
    #expect(store.count == 2)
  }

  @Test func `a purge of everything, of a prefix or of the same instant counts as well`() {
    let store = AnswerStore(room: 1 << 20)
    store.purge([.url(key("/url")), .prefix(URLPrefix(Request(.get, "/films")))], at: Instant(nanoseconds: 5))
    for path in ["/url", "/films/1"] { store.insert(answer(path, askedAt: 5)) }
    #expect(store.count == 0)
    for path in ["/url", "/films/1", "/other"] { store.insert(answer(path, askedAt: 6)) }
    #expect(store.count == 3)
    store.purge([.everything], at: Instant(nanoseconds: 8))
    store.insert(answer("/other", askedAt: 7))
    #expect(store.count == 0)
  }

  @Test func `one that a purge forbids takes the older one with it`() {
    let store = AnswerStore(room: 1 << 20)
    store.insert(answer("/a", tags: "old", askedAt: 4))
    store.purge([.tag("new")], at: Instant(nanoseconds: 5))
    #expect(store.count == 1)
    store.insert(answer("/a", tags: "new", askedAt: 5))
    #expect(store.count == 0)
  }

  @Test func `what was replaced leaves neither its tags, nor its variants, nor its place`() {
    let store = AnswerStore(room: 1 << 20)
    store.insert(answer("/a", tags: "old"))
    store.insert(answer("/a", tags: "new"))
    store.purge([.tag("old")], at: Instant(nanoseconds: 1))
    #expect(store.count == 1)
    for language in ["de", "fr"] { store.insert(answer("/a", variant: language)) }
    #expect(store.count == 2)
    store.insert(answer("/a"))
    #expect(store.count == 1)
    store.remove(key("/a"))
    #expect(store.bytes == 0)
  }

  @Test func `when the prefixes that were purged are too many, what was asked for before them is forgotten`() {
    let store = AnswerStore(room: 1 << 20)
    for number in 1...1_000 {
      store.purge([.prefix(URLPrefix(Request(.get, "/\(number)")))], at: Instant(nanoseconds: UInt64(number)))
    }
    store.insert(answer("/old", askedAt: 10))
    #expect(store.count == 0)
    store.insert(answer("/new", askedAt: 999))
    #expect(store.count == 1)
  }

  @Test func `a stream that begins anew is obeyed from its start`() {
    let store = AnswerStore(room: 1 << 20)
    store.purge([.tag("x")], entry: StreamID("5-0"), at: Instant(nanoseconds: 5))
    store.purgeAfterLoss(at: Instant(nanoseconds: 6))
    store.insert(answer("/a", tags: "x", askedAt: 7))
    store.purge([.tag("x")], entry: StreamID("1-0"), at: Instant(nanoseconds: 8))
    #expect(store.count == 0)
  }

  @Test func `of a URL's variants one can go alone, in whichever shard they are`() {
    let store = AnswerStore(room: 1 << 30)
    for number in 0..<100 {
      for variant in ["de", "fr"] { store.insert(answer("/titles/\(number)", variant: variant)) }
    }
    #expect(store.count == 200)
    for number in 0..<100 { store.remove(answer("/titles/\(number)", variant: "de").key) }
    #expect(store.count == 100)
    for number in 0..<50 { store.remove(key("/titles/\(number)")) }
    for number in 50..<100 { store.purge([.url(key("/titles/\(number)"))], at: Instant(nanoseconds: 1)) }
    #expect(store.count == 0 && store.bytes == 0)
  }

  @Test func `when purges have been forgotten, so is what was asked for before them`() {
    let store = AnswerStore(room: 1 << 20)
    for number in 1...40_000 { store.purge([.tag("\(number)")], at: Instant(nanoseconds: UInt64(number))) }
    store.insert(answer("/old", tags: "x", askedAt: 10))
    #expect(store.count == 0)
    store.insert(answer("/new", tags: "x", askedAt: 39_999))
    store.insert(answer("/outdated", tags: "40000", askedAt: 39_999))
    #expect(store.count == 1)
  }

  @Test func `threads that look up, insert and purge at once keep the books`() throws {
    let store = AnswerStore(room: 512 << 20)
    let workers = (0..<4).map { worker in
      WorkerThread.start(name: "store-\(worker)") {
        for round in 1...5_000 {
          let path = "/titles/\(round % 50)"
          switch round % 7 {
          case 0: store.purge([.tag("t\(round % 5)")], at: Instant(nanoseconds: UInt64(round)))
          case 1...3: store.insert(answer(path, tags: "t\(round % 5)", askedAt: UInt64(round)))
          default:
            if case .answer(let found) = store.find(key(path)) { #expect(found.key == key(path)) }
          }
        }
      }
    }
    for worker in workers { worker.join() }
    store.purge((0..<5).map { .tag("t\($0)") }, at: Instant(nanoseconds: 10_000))
    #expect(store.count == 0 && store.bytes == 0)
  }
}

private func key(_ path: String) -> CacheKey { CacheKey(bytes: Array(path.utf8)) }

private func answer(
  _ path: String, variant: String? = nil, tags: String = "", askedAt: UInt64 = 10
) -> StoredAnswer {
  var origin = Fields()
  origin.append(.cacheTag, tags)
  if variant != nil { origin.append(.vary, "Accept-Language") }
  let url = key(path)
  let key = variant.map { CacheKey(bytes: url.bytes + [0] + Array($0.utf8)) } ?? url
  return StoredAnswer(
    key, Variation(origin)!, .ok, origin: origin, fields: Fields(), StoredContent([1, 2, 3]),
    Freshness(Freshness.Terms(lifetime: .seconds(60)), age: .zero, received: Instant(nanoseconds: askedAt)),
    askedAt: Instant(nanoseconds: askedAt))
}
