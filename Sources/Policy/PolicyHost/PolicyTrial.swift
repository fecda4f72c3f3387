internal import FoundationEssentials
internal import Glibc
internal import Publication

/// Tries libraries in a child process before this one opens them: what crashes there has not crashed the node.
package struct PolicyTrial: Sendable {
  /// A trial that hangs is over, in milliseconds.
  private static let deadlineMs: Int32 = 10_000

  /// The command that calls `PolicyTrial.child`, such as `moviesnow plugins try`.
  private let command: [String]

  package init(command: [String]) { self.command = command }

  /// This program itself, with the subcommand that every one of our commands has.
  package static let bySelf = PolicyTrial(command: ["/proc/self/exe", "plugins", "try"])

  /// The child's answer. It names each policy before it touches it: the last one named is the one that crashed.
  private enum Line: Codable {
    case trying(String)
    case refused(PolicyError)
    case passed
  }

  /// Throws what is wrong with the first policy that fails. `folder` is private, and holds the list meanwhile.
  func run(_ copies: [PolicySource], in folder: String) throws(PolicyError) {
    let first = copies.first?.name ?? "*"
    let json = PolicySource.json(of: copies)
    // The child, too, could only say that it cannot read them.
    guard (try? PolicySource.list(json: json, librariesIn: "/")) != nil else {
      throw PolicyError(first, .settingsRejected("they are not JSON"))
    }
    let list = "\(folder)/list.json"
    defer { unsafe unlink(list) }
    let child: TrialProcess
    do {
      try Data(json).write(to: URL(filePath: list))
      child = try TrialProcess(command: command, input: list)
    } catch {
      throw PolicyError(first, .validationFailed("\(error)"))
    }
    let (output, end) = child.finish(within: Self.deadlineMs)
    var current = first
    for text in output.split(separator: UInt8(ascii: "\n")) {
      // A library that prints is odd, but no reason to refuse it.
      guard let line = try? JSONDecoder().decode(Line.self, from: Data(text)) else { continue }
      switch line {
      case .trying(let name): current = name
      case .refused(let error): throw error
      case .passed: return
      }
    }
    switch end {
    case .signal(let number): throw PolicyError(current, .crashed(signal: number))
    case .exit(let status): throw PolicyError(current, .validationFailed("the child ended with status \(status)"))
    case .deadline: throw PolicyError(current, .validationFailed("it took longer than \(Self.deadlineMs) ms"))
    }
  }

  /// The child's side: reads the list from standard input, opens and asks each library, answers line by line.
  /// Returns the exit status.
  package static func child() -> Int32 {
    guard let copies = try? PolicySource.list(json: readAll(0), librariesIn: "/") else { return 2 }
    do throws(PolicyError) {
      for copy in copies {
        say(.trying(copy.name))
        let instance = try PolicyInstance(PolicyLibrary(copy, copy: copy.path), settings: copy.settings)
        ask(instance)
      }
    } catch {
      say(.refused(error))
      return 1
    }
    say(.passed)
    return 0
  }

  /// Each hook once with a plain request, and once with one that has everything.
  private static func ask(_ policy: PolicyInstance) {
    let request = PolicyRequest()
    request.begin(key: "bundles/x/S01.zip", purpose: .download, now: 0, lifetime: 60)
    for hook in PolicyHook.allCases { _ = policy.ask(hook, request) }
    request.begin(key: "downloads/x/extras/y.zip", purpose: .bundle, now: 1_750_000_000, lifetime: 604_800)
    request.setTitle("00000000-0000-0000-0000-000000000000", windows: PolicyWindows([.init(start: 0)]))
    request.setAddress(([192, 0, 2, 1] as [UInt8]).span)
    for header in policy.headers { request.addHeader(header, "DE") }
    for hook in PolicyHook.allCases { _ = policy.ask(hook, request) }
  }

  private static func say(_ line: Line) {
    guard let data = try? JSONEncoder().encode(line) else { return }
    let bytes = [UInt8](data) + [UInt8(ascii: "\n")]
    _ = unsafe write(1, bytes, bytes.count)
  }
}

/// All bytes up to the end of a descriptor.
func readAll(_ descriptor: Int32) -> [UInt8] {
  var all: [UInt8] = []
  var chunk = [UInt8](repeating: 0, count: 16 * 1024)
  while true {
    let count = unsafe read(descriptor, &chunk, chunk.count)
    guard count > 0 else { return all }
    all += chunk.prefix(count)
  }
}
