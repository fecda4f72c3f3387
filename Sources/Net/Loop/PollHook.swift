/// Work done once a tick, just before the loop waits: a write that gathers what the tick has queued.
package final class PollHook {
  let flush: () -> Void
  private weak var loop: EventLoop?

  init(_ loop: EventLoop, _ flush: @escaping () -> Void) {
    self.loop = loop
    self.flush = flush
  }

  package func cancel() { loop?.forget(self) }
}
