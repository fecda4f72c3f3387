internal import FoundationEssentials
internal import Glibc
internal import Loop

/// Other people's programs, as a user calls them.
extension Stage {
  /// Runs a line of shell to its end, without blocking the loop: the exit status, and what it printed on both streams.
  package func shell(_ line: String) async throws -> (status: Int64, output: String) {
    let folder = try folder()
    let path = "\(folder.path)/output"
    let file = unsafe open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0o600)
    defer { close(file) }
    // Nobody types.
    var command = ChildProcess.Command("/bin/sh", ["-c", "exec </dev/null; \(line)"])
    command.output = file
    command.lastSignal = .kill
    let exit = try await ChildProcess.spawn(command, on: loop).exit
    let output = String(decoding: FileManager.default.contents(atPath: path) ?? Data(), as: UTF8.self)
    return (exit.signal == 0 ? exit.status : -Int64(exit.signal), output)
  }
}
