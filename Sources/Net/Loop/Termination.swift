internal import Glibc

extension EventLoop {
  /// Waits for SIGTERM or SIGINT. Every loop of a process may wait; each is told.
  package func untilTerminated() async {
    var watchers: [SignalWatcher] = []
    unsafe await withUnsafeContinuation { (continuation: UnsafeContinuation<Void, Never>) in
      var isOver = false
      for number in [SIGTERM, SIGINT] {
        watchers.append(
          SignalWatcher(number, on: self) {
            if !isOver { unsafe continuation.resume() }
            isOver = true
          })
      }
    }
    for watcher in watchers { watcher.close() }
  }
}
