/// Work done once a tick, just before the loop waits: a write that gathers what the tick has queued.
package final class PollHook {
  private(set) var flush: () -> Void
  private(set) var isCancelled = false

  init(_ flush: @escaping () -> Void) { self.flush = flush }

  /// What the work holds is let go at once: the loop keeps the hook itself until the next one is added.
  package func cancel() {
    isCancelled = true
    flush = {}
  }
}
