@testable import Edge
import Loop
import Testing

@Suite struct `What the stream of purges covers` {
  private func at(_ seconds: Int) -> Instant { Instant(nanoseconds: UInt64(seconds) * 1_000_000_000) }

  @Test func `is what was asked for since it is read, for as long as it is not silent`() {
    var coverage = PurgeCoverage()
    #expect(!coverage.covers(at(1), at: at(1)))
    coverage.catchUp(at: at(10))
    #expect(coverage.covers(at(11), at: at(14)) && !coverage.covers(at(10), at: at(11)))
    #expect(!coverage.covers(at(11), at: at(15)))
    coverage.catchUp(at: at(20))
    #expect(coverage.covers(at(11), at: at(21)))
    coverage.lose()
    #expect(!coverage.covers(at(11), at: at(21)) && !coverage.isFollowing)
  }
}

@Suite struct `URLs whose answers are one caller's own` {
  @Test func `are remembered for a while, each for itself`() {
    let now = Instant(nanoseconds: 1_000_000_000)
    func key(_ path: String) -> CacheKey { CacheKey(bytes: Array(path.utf8)) }
    var keys = UncacheableKeys(count: 1)
    keys.insert(key("/a"), at: now)
    #expect(keys.contains(key("/a"), at: now + .milliseconds(9_999)) && !keys.contains(key("/b"), at: now))
    #expect(!keys.contains(key("/a"), at: now + .seconds(10)))
    keys.insert(key("/b"), at: now)
    #expect(keys.contains(key("/b"), at: now) && !keys.contains(key("/a"), at: now))
  }
}
