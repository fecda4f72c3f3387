internal import Glibc

extension EventLoop {
  /// Waits for SIGTERM or SIGINT. Every loop of a process may wait; each is told.
  package func untilTerminated() async { _ = await untilSignal(SIGTERM, SIGINT) }

  /// Waits for one of the signals, and says which. Every loop of a process may wait; each is told.
  package func untilSignal(_ numbers: Int32...) async -> Int32 {
    var watchers: [SignalWatcher] = []
    let signal = unsafe await withUnsafeContinuation { (continuation: UnsafeContinuation<Int32, Never>) in
      var isOver = false
      for number in numbers {
        watchers.append(
          SignalWatcher(number, on: self) {
            if !isOver { unsafe continuation.resume(returning: number) }
            isOver = true
          })
      }
    }
    for watcher in watchers { watcher.close() }
    return signal
  }
}
