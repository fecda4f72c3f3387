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
    let round = Round(awaiting: sources.count)
    let patience = home.timer(after: Self.patience) { round.end() }
    await round.complete {
      for source in sources { source.loop.submit { round.take(source.snapshot()) } }
    }
    patience.cancel()
    return round.sum
  }
}

/// One scrape: the parts of the loops, as they arrive from their threads.
private final class Round: Sendable {
  private struct State {
    var parts: [MetricsSnapshot] = []
    var wake: CheckedContinuation<Void, Never>?
  }

  private let state = Mutex(State())
  private let expected: Int

  init(awaiting expected: Int) { self.expected = expected }

  var sum: MetricsSnapshot {
    state.withLock { state in
      state.parts.reduce(into: Metrics().snapshot) { $0.merge($1) }
    }
  }

  /// Returns when all parts are there, or the round was ended.
  func complete(_ ask: () -> Void) async {
    guard expected > 0 else { return }
    await withCheckedContinuation { continuation in
      state.withLock { $0.wake = continuation }
      ask()
    }
  }

  func take(_ part: MetricsSnapshot) {
    let isLast = state.withLock { state in
      state.parts.append(part)
      return state.parts.count == expected
    }
    if isLast { end() }
  }

  func end() {
    let wake = state.withLock { state in
      defer { state.wake = nil }
      return state.wake
    }
    wake?.resume()
  }
}
