internal import Synchronization

extension EventLoop {
  /// What each of several loops says, gathered on this one, in the order in which they answer. A loop that does not
  /// answer in time is left out: it is stuck, or has ended.
  package func gather<Part: Sendable>(
    within patience: Duration, from loops: [(loop: EventLoop, say: @Sendable () -> Part)]
  ) async -> [Part] {
    let round = Round<Part>(awaiting: loops.count)
    let patience = timer(after: patience) { round.end() }
    await round.complete {
      for (loop, say) in loops { loop.submit { round.take(say()) } }
    }
    patience.cancel()
    return round.parts
  }
}

/// The parts of the loops, as they arrive from their threads.
private final class Round<Part: Sendable>: Sendable {
  private struct State {
    var parts: [Part] = []
    var wake: CheckedContinuation<Void, Never>?
  }

  private let state = Mutex(State())
  private let expected: Int

  init(awaiting expected: Int) { self.expected = expected }

  var parts: [Part] { state.withLock { $0.parts } }

  /// Returns when all parts are there, or the round was ended.
  func complete(_ ask: () -> Void) async {
    guard expected > 0 else { return }
    await withCheckedContinuation { continuation in
      state.withLock { $0.wake = continuation }
      ask()
    }
  }

  func take(_ part: Part) {
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
