internal import Synchronization

/// What new connections of a listener are secured with, by all of its workers. Connections that are open go on with
/// what they began with.
package final class ServerTLS: Sendable {
  private let context: Mutex<TLSContext>

  package init(_ context: TLSContext) { self.context = Mutex(context) }

  package var current: TLSContext { context.withLock { $0 } }

  package func replace(with other: ServerTLS) {
    let new = other.current
    context.withLock { $0 = new }
  }
}
