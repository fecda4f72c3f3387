internal import CUV

/// Readiness of a socket that another library owns (libpq). It never reads, writes or closes it.
@safe package final class SocketWatcher {
  package struct Readiness: OptionSet, Sendable {
    package let rawValue: Int32
    package init(rawValue: Int32) { self.rawValue = rawValue }
    package static let readable = Readiness(rawValue: Int32(UV_READABLE.rawValue))
    package static let writable = Readiness(rawValue: Int32(UV_WRITABLE.rawValue))
  }

  private var handle: Handle<uv_poll_t>?
  private var ready: (Readiness) -> Void = { _ in }

  package init(socket: Int32, on loop: EventLoop) throws(UVError) {
    let handle = unsafe Handle<uv_poll_t>(owner: self)
    let status = unsafe uv_poll_init(loop.uv, handle.raw, socket)
    guard status == 0 else {
      unsafe handle.discard()
      throw UVError(code: status)
    }
    unsafe self.handle = handle
  }

  /// Calls `ready` for as long as any of `events` holds. A broken socket counts as ready for all of them.
  package func watch(_ events: Readiness, _ ready: @escaping (Readiness) -> Void) {
    guard let handle = unsafe handle else { return }
    self.ready = ready
    unsafe uv_poll_start(handle.raw, events.rawValue) { handle, status, events in
      let watcher = unsafe owner(of: handle, as: SocketWatcher.self)
      watcher.ready(status < 0 ? [.readable, .writable] : Readiness(rawValue: events))
    }
  }

  package func close() {
    unsafe handle?.close()
    unsafe handle = nil
    ready = { _ in }
  }
}
