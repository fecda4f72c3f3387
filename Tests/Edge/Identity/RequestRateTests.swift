@testable import Edge
import HTTP
import Loop
import Testing

@Suite struct `The rate of a client's requests` {
  private func run(
    perSecond: Int, mostClients: Int = 200_000, _ body: @escaping (RequestRate, EventLoop) async -> Void
  ) {
    let loop = EventLoop()
    try? loop.run { await body(RequestRate(perSecond: perSecond, mostClients: mostClients, on: loop), loop) }
  }

  private let client = IPAddress("198.51.100.7")!

  @Test func `lets a second's worth through at once, and then one after each interval`() {
    run(perSecond: 10) { rate, loop in
      for _ in 0..<10 { #expect(rate.admit(client)) }
      #expect(!rate.admit(client))
      #expect(rate.admit(IPAddress("198.51.100.8")!))
      await loop.sleep(for: .milliseconds(110))
      #expect(rate.admit(client))
      #expect(!rate.admit(client))
    }
  }

  @Test func `is one for all addresses of a /64, and none for this machine's own`() {
    run(perSecond: 1) { rate, _ in
      #expect(rate.admit(IPAddress("2001:db8::1")!))
      #expect(!rate.admit(IPAddress("2001:db8::2")!))
      #expect(rate.admit(IPAddress("2001:db8:0:1::1")!))
      for _ in 0..<5 { #expect(rate.admit(.loopback)) }
    }
  }

  @Test func `is forgotten with whoever has not asked for a while, and kept of so many and no more`() {
    run(perSecond: 100, mostClients: 2_000) { rate, loop in
      for address in UInt32(1)...5_000 { _ = rate.admit(IPAddress(v4: address << 8)) }
      #expect(rate.clientsKnown == 2_000)
      await loop.sleep(for: .milliseconds(30))
      _ = rate.admit(client)
      #expect(rate.clientsKnown == 1)
    }
  }
}
