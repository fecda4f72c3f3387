internal import CUV

/// Fires once, or again and again, until it is cancelled. A one-shot timer cancels itself.
@safe package final class Timer {
  private var handle: Handle<uv_timer_t>?
  private let fire: () -> Void
  private let repeats: Bool

  fileprivate init(on loop: EventLoop, after: Duration, repeating: Duration?, _ fire: @escaping () -> Void) {
    self.fire = fire
    repeats = repeating != nil
    let handle = unsafe Handle<uv_timer_t>(owner: self)
    unsafe self.handle = handle
    unsafe uv_timer_init(loop.uv, handle.raw)
    unsafe uv_timer_start(
      handle.raw, { unsafe owner(of: $0, as: Timer.self).expire() },
      after.wholeMilliseconds, repeating?.wholeMilliseconds ?? 0)
  }

  package func cancel() {
    unsafe handle?.close()
    unsafe handle = nil
  }

  private func expire() {
    if !repeats { cancel() }
    fire()
  }
}

extension EventLoop {
  package func timer(
    after: Duration, repeating: Duration? = nil, _ fire: @escaping () -> Void
  ) -> Timer {
    Timer(on: self, after: after, repeating: repeating, fire)
  }

  package func sleep(for duration: Duration) async {
    unsafe await withUnsafeContinuation { continuation in
      _ = timer(after: duration) { unsafe continuation.resume() }
    }
  }
}
