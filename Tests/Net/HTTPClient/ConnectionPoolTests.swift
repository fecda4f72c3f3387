import Loop
import Testing

@testable import HTTPClient

@Suite struct `Connection pool` {
  private final class Token {}
  private typealias Pool = ConnectionPool<Token, Token>
  private let start = Instant(nanoseconds: 1_000_000_000)

  @Test func `the connection used last is reused first`() {
    var pool = Pool(connectionLimit: 2, queueLimit: 1)
    let (old, new) = (Token(), Token())
    grants(2, &pool, like: "open")
    _ = pool.giveBack(old, at: start)
    _ = pool.giveBack(new, at: start)
    if case .reuse(let taken) = pool.request() { #expect(taken === new) } else { Issue.record("nothing to reuse") }
  }

  @Test func `beyond its limits it lets wait, then refuses`() {
    var pool = Pool(connectionLimit: 1, queueLimit: 1)
    grants(1, &pool, like: "open")
    grants(1, &pool, like: "wait")
    pool.enqueue(Token())
    grants(1, &pool, like: "refuse")
  }

  @Test func `a waiter gets what is given back, or the place of what is lost`() {
    var pool = Pool(connectionLimit: 1, queueLimit: 2)
    let (first, second) = (Token(), Token())
    grants(1, &pool, like: "open")
    pool.enqueue(first)
    pool.enqueue(second)
    let next = pool.giveBack(Token(), at: start)
    #expect(next === first)
    let heir = pool.lose()
    #expect(heir === second)
    #expect(pool.openCount == 1)
    let nobody = pool.lose()
    #expect(nobody == nil && pool.isUnused)
  }

  @Test func `idle connections expire`() {
    var pool = Pool(connectionLimit: 2, queueLimit: 0)
    grants(2, &pool, like: "open")
    _ = pool.giveBack(Token(), at: start)
    _ = pool.giveBack(Token(), at: start + .seconds(20))
    let expired = pool.takeExpired(since: start + .seconds(10))
    #expect(expired.count == 1 && pool.openCount == 1)
  }

  private func grants(_ count: Int, _ pool: inout Pool, like expected: String) {
    for _ in 0..<count {
      let grant = pool.request()
      #expect("\(grant)".hasPrefix(expected))
    }
  }
}
