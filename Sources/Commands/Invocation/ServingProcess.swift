internal import Glibc
package import Loop
internal import Synchronization

/// A server's process, as its workers know it: when it serves, and how it ends.
package final class ServingProcess: Sendable {
  package enum Ending: Sendable {
    case stopped
    /// Another process serves on the same sockets.
    case handedOver
  }

  private struct State {
    /// Of the workers that serve.
    var loops: [EventLoop] = []
    var successor: pid_t?
  }

  /// What a successor sends once it serves. It is no harm to a process that no longer waits for it.
  private static let handover = SIGURG

  package let supervisor = Supervisor()
  private let workers: Int
  private let predecessor: pid_t?
  private let state = Mutex(State())

  /// - Parameter sockets: of a predecessor perhaps, which is told to end once all workers serve.
  package init(workers: Int, on sockets: ListeningSockets) {
    self.workers = workers
    predecessor = sockets.predecessor
  }

  /// A worker serves. Once all do, the process does.
  package func serves(on loop: EventLoop) {
    let isComplete = state.withLock { state in
      state.loops.append(loop)
      return state.loops.count == workers
    }
    guard isComplete else { return }
    supervisor.tell("READY=1", "MAINPID=\(getpid())")
    // Not if it has ended by itself: the number may be another's by now.
    if let predecessor, getppid() == predecessor { kill(predecessor, Self.handover) }
  }

  /// Waits for SIGTERM or SIGINT, or for a successor that serves. Every worker may wait; each is told.
  package func end(on loop: EventLoop) async -> Ending {
    while await loop.untilSignal(SIGTERM, SIGINT, Self.handover) == Self.handover {
      if successor != nil { return .handedOver }
    }
    supervisor.tell("STOPPING=1")
    return .stopped
  }

  /// The process that takes over from this one, or tries to.
  var successor: pid_t? {
    get { state.withLock { $0.successor } }
    set { state.withLock { $0.successor = newValue } }
  }

  /// Of all workers; nil until all of them serve.
  var loops: [EventLoop]? { state.withLock { $0.loops.count == workers ? $0.loops : nil } }
}
