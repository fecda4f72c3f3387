@testable import Edge
import HTTP
import Loop
import Testing

@Suite struct `Freshness, RFC 9111 §4.2 and RFC 5861` {
  private let start = Instant(nanoseconds: 1_000_000_000)

  @Test func `an answer is fresh until its lifetime is over, counted from its age at arrival`() {
    let freshness = Freshness(.init(lifetime: .seconds(30)), age: .seconds(10), received: start)
    #expect(freshness.state(at: start) == .fresh && freshness.secondsLeft(at: start) == 20)
    #expect(freshness.state(at: start + .milliseconds(19_999)) == .fresh)
    #expect(freshness.state(at: start + .seconds(20)) == .expired)
    #expect(freshness.age(at: start + .seconds(20)) == .seconds(30))
  }

  @Test func `an answer from a tick to come has no age yet`() {
    let freshness = Freshness(.init(lifetime: .seconds(30)), age: .zero, received: start + .seconds(2))
    #expect(freshness.ageSeconds(at: start) == 0 && freshness.secondsLeft(at: start) == 30)
  }

  @Test func `the windows begin where freshness ends, and end to the millisecond`() {
    let terms = Freshness.Terms(
      lifetime: .seconds(30), staleWhileRevalidate: .seconds(60), staleIfError: .seconds(300))
    let freshness = Freshness(terms, age: .zero, received: start)
    #expect(freshness.state(at: start + .milliseconds(29_999)) == .fresh)
    #expect(freshness.state(at: start + .seconds(30)) == .staleWhileRevalidate)
    #expect(freshness.state(at: start + .milliseconds(89_999)) == .staleWhileRevalidate)
    #expect(freshness.state(at: start + .seconds(90)) == .staleIfError)
    #expect(freshness.state(at: start + .milliseconds(329_999)) == .staleIfError)
    #expect(freshness.state(at: start + .seconds(330)) == .expired)
    #expect(freshness.serves(isCutOff: false, at: start + .milliseconds(329_999)))
    #expect(!freshness.serves(isCutOff: false, at: start + .seconds(330)))
  }

  @Test(arguments: [
    // The clocks agree; the origin's is behind; it is ahead; another cache says more; the answer took two seconds.
    ("100", nil, 0, 0), ("90", nil, 0, 10), ("110", nil, 0, 0), ("90", "25", 0, 25), ("100", "25", 2, 27),
    ("100", "25, 30", 0, 25), ("100", "-1", 0, 0), ("100", "1.5", 0, 0),
    ("100", "99999999999999999999", 0, 2_147_483_647),
  ])
  func `the age at arrival is the greater of what clocks and caches say`(
    date: String, age: String?, delay: Int, expected: Int
  ) throws {
    var fields = Fields()
    fields.append(.date, "\(HTTPDate(secondsSinceEpoch: try #require(Int(date))))")
    if let age { fields.append(.age, age) }
    let arrival = HTTPDate(secondsSinceEpoch: 100)
    #expect(Freshness.age(of: fields, at: arrival, delay: .seconds(delay)) == .seconds(expected))
  }

  @Test func `a failure is answered for as long as the answer says, an absence for as long as is set here`() {
    let terms = Freshness.Terms(lifetime: .seconds(30), staleIfError: .seconds(10), staleIfCutOff: .seconds(60))
    let freshness = Freshness(terms, age: .zero, received: start)
    #expect(freshness.serves(isCutOff: false, at: start + .seconds(39)))
    #expect(!freshness.serves(isCutOff: false, at: start + .seconds(40)))
    #expect(freshness.serves(isCutOff: true, at: start + .seconds(89)))
    #expect(!freshness.serves(isCutOff: true, at: start + .seconds(90)))
    #expect(freshness.state(at: start + .seconds(89)) == .staleIfError)
    let told = Freshness(.init(lifetime: .seconds(30), staleIfError: .seconds(60)), age: .zero, received: start)
    #expect(told.serves(isCutOff: true, at: start + .seconds(89)))
  }

  @Test func `what is ended is stale at once for every worker, and what is stale already as stale as before`() {
    let freshness = Freshness(.init(lifetime: .seconds(30)), age: .seconds(10), received: start)
    #expect(freshness.ended(at: start + .seconds(5)).state(at: start + .milliseconds(4_500)) == .expired)
    #expect(freshness.ended(at: start + .seconds(50)) == freshness)
  }

  @Test func `age and what is left make up the lifetime, in whole seconds`() {
    let freshness = Freshness(.init(lifetime: .seconds(30)), age: .seconds(10), received: start)
    for milliseconds in [0, 999, 1_000, 19_999, 20_000, 25_500] {
      let now = start + .milliseconds(milliseconds)
      #expect(freshness.ageSeconds(at: now) == 10 + milliseconds / 1_000)
      #expect(freshness.secondsLeft(at: now) == 20 - milliseconds / 1_000)
    }
  }
}
