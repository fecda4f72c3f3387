@testable import Edge
import HTTP
import Loop
import Testing

@Suite struct `The rate of a client's requests` {
  private let client = IPAddress("198.51.100.7")!
  private let start = Instant(nanoseconds: 1_000_000_000)

  @Test func `lets a second's worth through at once, and then one after each interval`() {
    let rate = RequestRate(perSecond: 10)
    for _ in 0..<10 { #expect(rate.admit(client, at: start)) }
    #expect(!rate.admit(client, at: start))
    #expect(rate.admit(IPAddress("198.51.100.8")!, at: start))
    let later = start + .milliseconds(110)
    #expect(rate.admit(client, at: later))
    #expect(!rate.admit(client, at: later))
  }

  @Test func `is one for all addresses of a /64, and none for this machine's own`() {
    let rate = RequestRate(perSecond: 1)
    #expect(rate.admit(IPAddress("2001:db8::1")!, at: start))
    #expect(!rate.admit(IPAddress("2001:db8::2")!, at: start))
    #expect(rate.admit(IPAddress("2001:db8:0:1::1")!, at: start))
    for _ in 0..<5 { #expect(rate.admit(.loopback, at: start)) }
  }

  @Test func `is forgotten with whoever has not asked for a while, and kept of so many and no more`() {
    let rate = RequestRate(perSecond: 100, mostClients: 2_000)
    for address in UInt32(1)...5_000 { _ = rate.admit(IPAddress(v4: address << 8), at: start) }
    #expect(rate.clientsKnown == 2_000)
    _ = rate.admit(client, at: start + .milliseconds(30))
    #expect(rate.clientsKnown == 1)
  }
}
