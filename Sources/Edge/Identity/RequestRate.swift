package import HTTP
package import Loop

/// How often each client may ask one loop, each as often as all others: a token bucket a client. What is kept of one is
/// the time at which its bucket is full again (the generic cell rate algorithm, ITU-T I.371), and nothing from then on.
/// Only a refusal tells of it: each loop counts on its own, and a client cannot choose which one it asks next.
package final class RequestRate {
  private let perSecond: Int
  private let interval: UInt64
  /// A client that was away may ask for a second's worth at once.
  private let burst: UInt64 = 1_000_000_000
  private var fullAt: [IPAddress: UInt64] = [:]
  private var sweepAt = 1_024
  /// Beyond them nobody new is counted: memory is for answers.
  private let mostClients: Int

  /// - Parameter perSecond: 1 or more.
  package init(perSecond: Int, mostClients: Int = 200_000) {
    self.mostClients = mostClients
    self.perSecond = perSecond
    interval = UInt64(1_000_000_000 / perSecond)
  }

  package var clientsKnown: Int { fullAt.count }

  /// To a client that is not admitted.
  package var refusal: Problem {
    RateLimitStanding("client", quota: perSecond, windowSeconds: 1, used: perSecond, resetSeconds: 1)
      .refusal()
  }

  /// False when the client is to wait; a second is always long enough.
  package func admit(_ client: IPAddress, at now: Instant) -> Bool {
    guard !client.isLoopback else { return true }
    let now = now.nanoseconds
    let key = client.subscriber
    let known = fullAt[key]
    let full = max(known ?? 0, now) + interval
    if full > now + burst { return false }
    if known == nil, !makeRoom(at: now) { return true }
    fullAt[key] = full
    return true
  }

  private func makeRoom(at now: UInt64) -> Bool {
    guard fullAt.count >= sweepAt else { return true }
    fullAt = fullAt.filter { $0.value > now }
    // Sweeping again is worth it once there are twice as many.
    sweepAt = min(max(1_024, 2 * fullAt.count), mostClients)
    return fullAt.count < mostClients
  }
}
