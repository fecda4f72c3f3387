internal import HTTP
internal import Synchronization

/// How many connections each client has open at a listener, at all of its workers.
package final class ClientConnections: Sendable {
  private let most: Int
  private let counts = Mutex<[IPAddress: Int]>([:])

  package init(most: Int) { self.most = most }

  /// False when the client has as many as it may; else it has one more until `leave`.
  func enter(_ client: IPAddress) -> Bool {
    counts.withLock { counts in
      let count = counts[client.subscriber, default: 0]
      guard count < most else { return false }
      counts[client.subscriber] = count + 1
      return true
    }
  }

  func leave(_ client: IPAddress) {
    counts.withLock { counts in
      let count = counts[client.subscriber, default: 0]
      counts[client.subscriber] = count > 1 ? count - 1 : nil
    }
  }
}
