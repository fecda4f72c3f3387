/// Work done once a tick, just before the loop waits: a write that gathers what the tick has queued.
package final class PollHook {
  let flush: () -> Void
  private(set) var isCancelled = false

  init(_ flush: @escaping () -> Void) { self.flush = flush }

  package func cancel() { isCancelled = true }
}
