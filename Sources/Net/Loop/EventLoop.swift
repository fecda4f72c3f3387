internal import CUV
internal import Glibc

/// One thread's event loop: libuv underneath, and the executor of every Swift task that belongs to the thread.
///
/// Everything that a loop owns is confined to its thread, so that nothing on the request path needs a lock.
// Only `enqueue` and `submit` run off the loop's thread; both touch nothing but the inbox, which has its own lock.
@safe package final class EventLoop: SerialExecutor, TaskExecutor, @unchecked Sendable {
  let uv: UnsafeMutablePointer<uv_loop_t>
  /// Where libuv reads into: one buffer a loop, since a read is handed on before the next one starts.
  let readBuffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 64 * 1024, alignment: 16)
  private let prepare: UnsafeMutablePointer<uv_prepare_t>
  private let idle: UnsafeMutablePointer<uv_idle_t>
  private var inbox: Inbox!
  private var ready: [UnownedJob] = []
  private var hooks: [PollHook] = []

  /// How often it has waited for the kernel: what happens between two waits is one turn, and whoever comes meanwhile
  /// waits until its end.
  private(set) var turn: UInt64 = 0
  /// What was put off to the next turn, and what to this one.
  private var deferred: [() -> Void] = []
  private var due: [() -> Void] = []

  /// Swift jobs that arrived from another thread. None in a healthy request path.
  package private(set) var jobsFromOtherThreads = 0

  /// Handles that were still open when the body of `run` returned: each is a leak of whoever opened it.
  package private(set) var handlesLeftOpen = 0

  package init() {
    // A peer that has gone is the error of a write, not the end of the process.
    signal(SIGPIPE, SIG_IGN)
    unsafe uv = .allocate(capacity: 1)
    unsafe prepare = .allocate(capacity: 1)
    unsafe idle = .allocate(capacity: 1)
    precondition(unsafe uv_loop_init(uv) == 0, "libuv could not make a loop: out of file descriptors or memory")
    unsafe uv_prepare_init(uv, prepare)
    unsafe prepare.pointee.data = Unmanaged.passUnretained(self).toOpaque()
    unsafe uv_idle_init(uv, idle)
    unsafe idle.pointee.data = Unmanaged.passUnretained(self).toOpaque()
    inbox = unsafe Inbox(on: uv) { [unowned self] in take($0) }
  }

  deinit {
    unsafe uv.deallocate()
    unsafe prepare.deallocate()
    unsafe idle.deallocate()
    unsafe readBuffer.deallocate()
  }

  /// The loop that runs on this thread. Traps on a thread without one.
  package static var current: EventLoop {
    guard let loop = currentLoop else { preconditionFailure("there is no event loop on this thread") }
    return loop
  }

  /// The loop that runs on this thread, if there is one.
  package static var ofThisThread: EventLoop? { currentLoop }

  /// The monotonic time of this tick: one clock read a tick, however often it is asked.
  package var now: Instant { Instant(nanoseconds: unsafe uv_now(uv) * 1_000_000) }

  /// The monotonic time of this moment, for measuring what takes less than a tick. Costs a clock read.
  package var exactNow: Instant { Instant(nanoseconds: uv_hrtime()) }

  /// Runs the loop on the calling thread until `body` has returned. A loop runs once.
  package func run<R>(_ body: @escaping () async throws -> R) throws -> R {
    precondition(currentLoop == nil, "a thread runs one event loop")
    currentLoop = self
    defer { currentLoop = nil }
    unsafe uv_prepare_start(prepare) { prepare in
      unsafe Unmanaged<EventLoop>.fromOpaque(prepare!.pointee.data).takeUnretainedValue().finishTick()
    }
    var outcome: Result<R, any Error>?
    start {
      do { outcome = .success(try await body()) } catch { outcome = .failure(error) }
      unsafe uv_stop(self.uv)
    }
    unsafe uv_run(uv, UV_RUN_DEFAULT)
    shutDown()
    guard let outcome else { preconditionFailure("the loop stopped before its body returned") }
    return try outcome.get()
  }

  /// Starts a task on this loop. The only way to start one: a plain task would run on the global pool.
  package func start(_ operation: @escaping () async -> Void) {
    // It never leaves this thread: the task prefers the loop that it is started on.
    nonisolated(unsafe) let operation = operation
    Task(executorPreference: self) { unsafe await operation() }
  }

  /// Runs `job` on this loop in its next tick. Callable from any thread.
  package func submit(_ job: @escaping @Sendable () -> Void) { inbox.append(.call(job)) }

  /// Runs `work` in the next turn, after what has arrived by then. A timer without a delay would not do: one that a
  /// timer starts, libuv runs in the same turn.
  package func nextTurn(_ work: @escaping () -> Void) { deferred.append(work) }

  /// Calls `flush` once a tick, after the tick's tasks and before the loop waits for the kernel.
  package func beforePoll(_ flush: @escaping () -> Void) -> PollHook {
    hooks.removeAll(where: \.isCancelled)
    let hook = PollHook(flush)
    hooks.append(hook)
    return hook
  }

  // MARK: Executor

  package func enqueue(_ job: consuming ExecutorJob) {
    let job = UnownedJob(job)
    if currentLoop === self { ready.append(job) } else { inbox.append(.job(job)) }
  }

  package func asUnownedSerialExecutor() -> UnownedSerialExecutor { unsafe UnownedSerialExecutor(ordinary: self) }

  package func asUnownedTaskExecutor() -> UnownedTaskExecutor { unsafe UnownedTaskExecutor(ordinary: self) }

  private func take(_ arrivals: [Inbox.Arrival]) {
    for arrival in arrivals {
      switch arrival {
      case .call(let job): job()
      case .job(let job):
        jobsFromOtherThreads += 1
        ready.append(job)
      }
    }
  }

  /// libuv's prepare phase comes before every wait, so that what any callback has made ready runs within its tick.
  private func finishTick() {
    repeat {
      runReadyJobs()
      for hook in hooks where !hook.isCancelled { hook.flush() }
    } while !ready.isEmpty
    turn += 1
    guard !deferred.isEmpty else { return }
    swap(&due, &deferred)
    // With an idle handle libuv does not wait for the kernel: it only looks what is there.
    unsafe uv_idle_start(idle) { idle in
      unsafe Unmanaged<EventLoop>.fromOpaque(idle!.pointee.data).takeUnretainedValue().runDue()
    }
  }

  private func runDue() {
    unsafe uv_idle_stop(idle)
    let works = due
    due.removeAll()
    for work in works { work() }
  }

  private func runReadyJobs() {
    var next = 0
    // Jobs append jobs: the count is read anew each time.
    while next < ready.count {
      let job = ready[next]
      next += 1
      // As isolated to the loop too, a task would leave that isolation at each continuation: one more job, and others
      // could run between what it checked and the wait that it decided on.
      unsafe job.runSynchronously(on: asUnownedTaskExecutor())
    }
    ready.removeAll(keepingCapacity: true)
  }

  // MARK: Shutdown

  private func shutDown() {
    inbox.drain()
    finishTick()
    inbox.close()
    (due, deferred) = ([], [])
    unsafe uv_close(UnsafeMutableRawPointer(prepare).assumingMemoryBound(to: uv_handle_t.self), nil)
    unsafe uv_close(UnsafeMutableRawPointer(idle).assumingMemoryBound(to: uv_handle_t.self), nil)
    unsafe uv_run(uv, UV_RUN_NOWAIT)
    handlesLeftOpen = countOpenHandles()
    unsafe uv_walk(uv, { handle, _ in if unsafe uv_is_closing(handle) == 0 { unsafe uv_close(handle, nil) } }, nil)
    // What the worker pool still does, such as a look-up that hangs, is waited for.
    while unsafe uv_loop_close(uv) == UV_EBUSY.rawValue {
      unsafe uv_run(uv, UV_RUN_ONCE)
      runReadyJobs()
    }
  }

  private func countOpenHandles() -> Int {
    var count = 0
    unsafe uv_walk(
      uv,
      { handle, count in
        guard unsafe uv_is_closing(handle) == 0 else { return }
        unsafe count!.assumingMemoryBound(to: Int.self).pointee += 1
      }, &count)
    return count
  }
}
