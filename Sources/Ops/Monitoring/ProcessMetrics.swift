package import Loop
package import Observability
internal import Synchronization

/// The measurements of all loops of a process, for whoever scrapes one of them.
package final class ProcessMetrics: Sendable {
  private struct Source: Sendable {
    let loop: EventLoop
    let snapshot: @Sendable () -> MetricsSnapshot
  }

  private let sources = Mutex<[Source]>([])

  /// A loop that does not answer by then is left out: it is stuck, or has ended.
  private static let patience = Duration.seconds(2)

  package init() {}

  package func add(_ metrics: Metrics, of loop: EventLoop) {
    // Only ever read on its own loop.
    nonisolated(unsafe) let metrics = metrics
    sources.withLock { $0.append(Source(loop: loop) { unsafe metrics.snapshot }) }
  }

  /// What all loops have counted, gathered on `home`.
  package func snapshot(on home: EventLoop) async -> MetricsSnapshot {
    let sources = sources.withLock { $0 }
    let parts = await home.gather(within: Self.patience, from: sources.map { ($0.loop, $0.snapshot) })
    return parts.reduce(into: Metrics().snapshot) { $0.merge($1) }
  }
}
