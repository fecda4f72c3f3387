internal import FoundationEssentials
internal import Glibc
internal import Loop

/// One of our commands, or a system's by its path: the real binary, in a process of its own, with an environment of its
/// own. It cannot outlive the thread that started it, even one that traps.
package final class Program {
  /// Where `swift build` puts commands and plugins.
  package static let folder = "\(repository)/.build/debug"

  /// The checkout that this test is part of.
  package static let repository =
    #filePath.split(separator: "/", omittingEmptySubsequences: false).dropLast(3).joined(separator: "/")

  private let command: String
  private let arguments: [String]
  /// Of its next start.
  package var environment: [String: String]
  /// What it inherits from its next start on, under the numbers from 3 on.
  package var descriptors: [Int32] = []
  private let log: String
  private let loop: EventLoop
  private var process: ChildProcess?
  /// Where in the log its present run begins.
  private var runStart = 0

  init(
    _ command: String, _ arguments: [String], environment: [String: String], log folder: TemporaryFolder,
    on loop: EventLoop
  ) {
    self.command = command
    self.arguments = arguments
    // What every service manager sets too.
    self.environment = ["PATH": "/usr/local/bin:/usr/bin:/bin"].merging(environment) { _, given in given }
    log = "\(folder.path)/\(command.split(separator: "/").last ?? "command").log"
    self.loop = loop
  }

  /// Starts it, after `kill` or its end again: the log goes on.
  package func start() throws {
    runStart = output.utf8.count
    let file = unsafe open(log, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o600)
    defer { close(file) }
    var command = ChildProcess.Command(command.hasPrefix("/") ? command : "\(Self.folder)/\(command)", arguments)
    command.lastSignal = .kill
    command.environment = environment
    command.output = file
    command.descriptors = descriptors
    process = try ChildProcess.spawn(command, on: loop)
  }

  /// All that it has printed, on both streams and in all its runs.
  package var output: String {
    String(decoding: FileManager.default.contents(atPath: log) ?? Data(), as: UTF8.self)
  }

  /// What its present run, or its last one, has printed.
  package var latestOutput: String { String(decoding: Array(output.utf8.dropFirst(runStart)), as: UTF8.self) }

  /// The rest of the first line of this run that begins so; waits for it.
  /// - Throws: `ProgramFailed` with what was printed when the process ends before that.
  package func printed(_ beginning: String, within deadline: Duration = .seconds(20)) async throws -> String {
    var rest: Substring?
    try await eventually("\(command) prints \(beginning)", on: loop, within: deadline) {
      let lines = latestOutput.split(separator: "\n")
      rest = lines.first { $0.hasPrefix(beginning) }?.dropFirst(beginning.count)
      return rest != nil || process?.isRunning != true
    }
    guard let rest else { throw ProgramFailed(command: command, output: output) }
    return String(rest)
  }

  package var isRunning: Bool { process?.isRunning == true }

  package func send(_ signal: Int32) { process?.kill(signal) }

  /// Waits for its end: the exit status, or the negative of the signal that ended it.
  package func exit(within deadline: Duration = .seconds(20)) async throws -> Int64 {
    try await eventually("\(command) ends", on: loop, within: deadline) { !isRunning }
    guard let exit = await process?.exit else { return 0 }
    return exit.signal == 0 ? exit.status : -Int64(exit.signal)
  }

  /// Of its present run.
  package var pid: Int32 { process?.pid ?? 0 }

  /// As kill -9 does, of all that it has started too. Returns when it is gone.
  package func kill() async {
    guard let process else { return }
    // A group of its own: ChildProcess detaches what has a last signal.
    Glibc.kill(-process.pid, SIGKILL)
    _ = await process.exit
  }
}

extension Program {
  /// The command lines of the machine's processes, those that match.
  package static func running(_ matches: (String) -> Bool) -> [String] {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []
    let lines = names.filter { Int($0) != nil }.compactMap {
      FileManager.default.contents(atPath: "/proc/\($0)/cmdline")
    }
    return lines.map { String(decoding: $0.map { $0 == 0 ? 0x20 : $0 }, as: UTF8.self) }.filter(matches)
  }
}

/// A program that ended before it did what was waited for.
package struct ProgramFailed: Error { package let command, output: String }
