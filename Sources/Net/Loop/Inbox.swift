internal import CUV
internal import Synchronization

/// What other threads hand to a loop, and the bell that wakes it.
// Only `append` runs off the loop; what it touches is in the Mutex, and uv_async_send is thread-safe.
@safe final class Inbox: @unchecked Sendable {
  enum Arrival: Sendable {
    case job(UnownedJob)
    case call(@Sendable () -> Void)
  }

  private struct State {
    var arrivals: [Arrival] = []
    var isOpen = true
  }

  private let state = Mutex(State())
  private let bell: UnsafeMutablePointer<uv_async_t>
  private let take: ([Arrival]) -> Void

  init(on loop: UnsafeMutablePointer<uv_loop_t>, take: @escaping ([Arrival]) -> Void) {
    self.take = take
    unsafe bell = .allocate(capacity: 1)
    let status = unsafe uv_async_init(loop, bell) { bell in
      unsafe Unmanaged<Inbox>.fromOpaque(bell!.pointee.data).takeUnretainedValue().drain()
    }
    precondition(status == 0, "libuv could not make a wake-up handle: out of file descriptors")
    unsafe bell.pointee.data = Unmanaged.passUnretained(self).toOpaque()
  }

  deinit { unsafe bell.deallocate() }

  /// An arrival after `close` is dropped: its loop will not turn again.
  func append(_ arrival: Arrival) {
    state.withLock { state in
      guard state.isOpen else { return }
      state.arrivals.append(arrival)
      // Under the lock, so that `close` cannot free the bell while it is rung.
      unsafe uv_async_send(bell)
    }
  }

  func drain() {
    take(
      state.withLock { state in
        defer { state.arrivals = [] }
        return state.arrivals
      })
  }

  func close() {
    state.withLock { $0.isOpen = false }
    unsafe uv_close(UnsafeMutableRawPointer(bell).assumingMemoryBound(to: uv_handle_t.self), nil)
  }
}
