internal import CUV
internal import Glibc

/// A child process of the loop. It outlives this object unless it is killed, and us unless its command says otherwise.
@safe package final class ChildProcess {
  package struct Exit: Equatable, Sendable {
    package let status: Int64
    /// The signal that ended it, or 0.
    package let signal: Int32
  }

  /// What the child runs as and with. Standard input is closed; output goes where `output` says.
  package struct Command {
    package var path: String
    package var arguments: [String]
    /// Nil inherits ours.
    package var environment: [String: String]?
    package var directory: String?
    /// A file descriptor for both standard output and standard error; nil inherits ours.
    package var output: Int32?
    /// What else it inherits, there under the numbers from 3 on.
    package var descriptors: [Int32] = []
    /// Nil stays who we are.
    package var user: (uid: UInt32, gid: UInt32)?
    /// The kernel sends it when the thread that spawned the child ends, in whatever way; and a terminal's Ctrl-C does
    /// not reach the child, only us. Nil lets it outlive us.
    package var lastSignal: LastSignal?

    package init(_ path: String, _ arguments: [String] = []) {
      self.path = path
      self.arguments = arguments
    }
  }

  package private(set) var pid: Int32 = 0
  private var handle: Handle<uv_process_t>?
  private var outcome: Exit?
  private var waiters: [(Exit) -> Void] = []

  private init() {}

  package static func spawn(_ command: Command, on loop: EventLoop) throws(UVError) -> ChildProcess {
    let command = command.lastSignal == nil ? command : try command.throughGuard()
    let child = ChildProcess()
    let handle = unsafe Handle<uv_process_t>(owner: child)
    let status = unsafe withCStrings([command.path] + command.arguments) { arguments in
      unsafe withCStrings((command.environment ?? [:]).map { "\($0)=\($1)" }) { environment in
        unsafe child.spawn(command, handle, loop, arguments, environment)
      }
    }
    unsafe child.handle = handle
    guard status == 0 else {
      unsafe handle.close()
      throw UVError(code: status)
    }
    child.pid = unsafe handle.raw.pointee.pid
    return child
  }

  /// Waits for the end of the process.
  package var exit: Exit {
    get async {
      if let outcome { return outcome }
      return unsafe await withUnsafeContinuation { continuation in
        waiters.append { unsafe continuation.resume(returning: $0) }
      }
    }
  }

  package var isRunning: Bool { outcome == nil }

  package func kill(_ signal: Int32) {
    if isRunning { Glibc.kill(pid, signal) }
  }

  private func spawn(
    _ command: Command, _ handle: Handle<uv_process_t>, _ loop: EventLoop,
    _ arguments: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>,
    _ environment: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>
  ) -> Int32 {
    var options = unsafe uv_process_options_t()
    let inherited = [command.output ?? 1, command.output ?? 2] + command.descriptors
    var streams = unsafe [uv_stdio_container_t](repeating: uv_stdio_container_t(), count: 1 + inherited.count)
    unsafe streams[0].flags = UV_IGNORE
    for (index, descriptor) in inherited.enumerated() {
      unsafe streams[1 + index].flags = UV_INHERIT_FD
      unsafe streams[1 + index].data.fd = descriptor
    }
    if command.lastSignal != nil { unsafe options.flags |= UInt32(UV_PROCESS_DETACHED.rawValue) }
    if let user = command.user {
      unsafe options.flags |= UInt32(UV_PROCESS_SETUID.rawValue | UV_PROCESS_SETGID.rawValue)
      unsafe options.uid = user.uid
      unsafe options.gid = user.gid
    }
    unsafe options.exit_cb = { handle, status, signal in
      unsafe owner(of: handle, as: ChildProcess.self).didExit(Exit(status: status, signal: signal))
    }
    unsafe options.args = arguments
    if command.environment != nil { unsafe options.env = environment }
    return unsafe command.path.withCString { path in
      unsafe options.file = path
      return unsafe streams.withUnsafeMutableBufferPointer { streams in
        unsafe options.stdio = streams.baseAddress
        unsafe options.stdio_count = Int32(streams.count)
        guard let directory = command.directory else { return unsafe uv_spawn(loop.uv, handle.raw, &options) }
        return unsafe directory.withCString { directory in
          unsafe options.cwd = directory
          return unsafe uv_spawn(loop.uv, handle.raw, &options)
        }
      }
    }
  }

  private func didExit(_ exit: Exit) {
    outcome = exit
    unsafe handle?.close()
    unsafe handle = nil
    for waiter in waiters { waiter(exit) }
    waiters = []
  }
}

/// A null-terminated array of C strings, alive during the call.
private func withCStrings<R>(
  _ strings: [String], _ body: (UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>) -> R
) -> R {
  var pointers = unsafe strings.map { unsafe strdup($0) } + [nil]
  defer { for index in unsafe pointers.indices { unsafe free(pointers[index]) } }
  return unsafe pointers.withUnsafeMutableBufferPointer { unsafe body($0.baseAddress!) }
}
