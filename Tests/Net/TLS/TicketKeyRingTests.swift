import Testing

@testable import TLS

@Suite struct `The keys of tickets` {
  private let lifetime = TicketKeyRing.lifetimeSeconds

  @Test func `seal for a ticket's lifetime, open for one more, and are gone`() {
    var ring = TicketKeyRing(at: 1_000)
    let first = ring.keys(at: 1_000)
    #expect(first.count == 1 && ring.keys(at: 999 + lifetime) == first)
    let second = ring.keys(at: 1_000 + lifetime)
    #expect(second.count == 2 && second[0] != first[0] && second[1] == first[0])
    let third = ring.keys(at: 1_000 + 2 * lifetime)
    #expect(third.count == 2 && third[1] == second[0] && !third.contains(first[0]))
  }

  @Test func `are all new after a long silence`() {
    var ring = TicketKeyRing(at: 0)
    let first = ring.keys(at: 0)
    #expect(!ring.keys(at: 10 * lifetime).contains(first[0]))
  }

  @Test func `of a file stay as they are, and are another for each secret`() {
    let keys = [TicketKey([1]), TicketKey([2])]
    var ring = TicketKeyRing(keys)
    #expect(ring.keys(at: 100 * lifetime) == keys && keys[0] != keys[1])
    #expect(keys[0].name.count == 16 && keys[0].cipher.count == 32 && keys[0].cipher != keys[0].mac)
  }
}
