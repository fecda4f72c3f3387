internal import Glibc

/// A child process that is given a file to read, then read to its end.
struct TrialProcess {
  enum End { case exit(Int32), signal(Int32), deadline }

  /// The process could not be started.
  struct Failure: Error, CustomStringConvertible {
    let description: String
  }

  private let process: pid_t
  private let output: Int32

  init(command: [String], input: String) throws(Failure) {
    var ends: [Int32] = [-1, -1]
    guard unsafe pipe(&ends) == 0, ends.allSatisfy({ fcntl($0, F_SETFD, FD_CLOEXEC) == 0 }) else {
      throw Failure(description: TrustedLibrary.lastError())
    }
    defer { close(ends[1]) }

    var actions = unsafe posix_spawn_file_actions_t()
    unsafe posix_spawn_file_actions_init(&actions)
    defer { unsafe posix_spawn_file_actions_destroy(&actions) }
    unsafe posix_spawn_file_actions_addopen(&actions, 0, input, O_RDONLY, 0)
    unsafe posix_spawn_file_actions_adddup2(&actions, ends[1], 1)

    var arguments = unsafe command.map { unsafe strdup($0) } + [nil]
    defer { unsafe arguments.forEach { unsafe free($0) } }
    var process: pid_t = 0
    let status = unsafe posix_spawn(&process, command[0], &actions, nil, &arguments, environ)
    guard status == 0 else {
      close(ends[0])
      throw Failure(description: unsafe "\(command[0]): \(String(cString: strerror(status)))")
    }
    self.process = process
    output = ends[0]
  }

  /// What it wrote, and how it ended. One that outlives the deadline is killed.
  consuming func finish(within deadlineMs: Int32) -> (output: [UInt8], end: End) {
    defer { close(output) }
    var all: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 4096)
    var left = deadlineMs
    while left > 0 {
      var wanted = pollfd(fd: output, events: Int16(POLLIN), revents: 0)
      let start = milliseconds()
      let ready = unsafe poll(&wanted, 1, left)
      left -= milliseconds() - start
      // A signal for the node, or the deadline.
      guard ready > 0 else { continue }
      let count = unsafe read(output, &chunk, chunk.count)
      guard count > 0 else { return (all, wait()) }
      all += chunk.prefix(count)
    }
    kill(process, SIGKILL)
    _ = wait()
    return (all, .deadline)
  }

  private func wait() -> End {
    var status: Int32 = 0
    while unsafe waitpid(process, &status, 0) < 0, errno == EINTR {}
    // WIFSIGNALED and WEXITSTATUS are macros.
    let signal = status & 0x7F
    return signal == 0 ? .exit((status >> 8) & 0xFF) : .signal(signal)
  }

  private func milliseconds() -> Int32 {
    var time = timespec()
    unsafe clock_gettime(CLOCK_MONOTONIC, &time)
    return Int32(truncatingIfNeeded: time.tv_sec * 1000 + time.tv_nsec / 1_000_000)
  }
}
