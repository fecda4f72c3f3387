internal import CUV

/// Calls back for each arrival of a signal, on the loop, where anything may be done.
@safe package final class SignalWatcher {
  private var handle: Handle<uv_signal_t>?
  private let fire: () -> Void

  package init(_ number: Int32, on loop: EventLoop, _ fire: @escaping () -> Void) {
    self.fire = fire
    let handle = unsafe Handle<uv_signal_t>(owner: self)
    unsafe self.handle = handle
    unsafe uv_signal_init(loop.uv, handle.raw)
    unsafe uv_signal_start(handle.raw, { handle, _ in unsafe owner(of: handle, as: SignalWatcher.self).fire() }, number)
  }

  package func close() {
    unsafe handle?.close()
    unsafe handle = nil
  }
}
