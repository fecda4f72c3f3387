internal import CUV
internal import Glibc

/// A thread that runs one event loop until its body returns.
// Immutable after `start`.
package final class WorkerThread: @unchecked Sendable {
  package let loop: EventLoop
  private let name: String
  private let body: @Sendable () async -> Void
  private var thread = pthread_t()

  private init(name: String, _ body: @escaping @Sendable () async -> Void) {
    loop = EventLoop()
    self.name = name
    self.body = body
  }

  /// - Parameter name: as `top -H` shows it, at most 15 bytes.
  package static func start(name: String, _ body: @escaping @Sendable () async -> Void) -> WorkerThread {
    let worker = WorkerThread(name: name, body)
    let retained = unsafe Unmanaged.passRetained(worker).toOpaque()
    let status = unsafe pthread_create(
      &worker.thread, nil,
      { argument in
        unsafe Unmanaged<WorkerThread>.fromOpaque(argument!).takeRetainedValue().main()
        return nil
      }, retained)
    precondition(status == 0, "no thread could be started: check `ulimit -u`")
    return worker
  }

  /// Blocks until the body has returned. Not callable from the worker itself.
  package func join() { pthread_join(thread, nil) }

  private func main() {
    unsafe thread_set_name(name)
    let body = body
    // The body does not throw, so neither can the loop.
    try? loop.run { await body() }
  }
}
