internal import CUV
internal import Glibc

extension ChildProcess {
  /// As setpriv(1) calls it.
  package enum LastSignal: String, Sendable {
    case interrupt = "INT"
    case terminate = "TERM"
    case kill = "KILL"
  }
}

extension ChildProcess.Command {
  /// libuv runs nothing of ours between fork and exec: setpriv asks the kernel for the signal, then it becomes the
  /// program.
  func throughGuard() throws(UVError) -> ChildProcess.Command {
    guard let lastSignal else { return self }
    guard isExecutable else { throw UVError(code: UV_ENOENT.rawValue) }
    var guarded = self
    guarded.path = "/usr/bin/setpriv"
    guarded.arguments = ["--pdeathsig", lastSignal.rawValue, "--", path] + arguments
    return guarded
  }

  /// As execvp(3) looks for it.
  private var isExecutable: Bool {
    if path.contains("/") { return unsafe access(path, X_OK) == 0 }
    let inherited = unsafe getenv("PATH").map { unsafe String(cString: $0) }
    let folders = environment?["PATH"] ?? inherited ?? "/usr/bin:/bin"
    return folders.split(separator: ":").contains { unsafe access("\($0)/\(path)", X_OK) == 0 }
  }
}
