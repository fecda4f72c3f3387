internal import ArgumentParser
internal import FoundationEssentials
internal import Glibc
internal import HTTP
internal import HTTPClient
internal import Invocation
internal import Loop
internal import PolicyHost
internal import Settings

/// A node whose policies are looked at, or changed: by its files and SIGHUP, for which one needs the right to both. Its
/// ops listener only tells what came of it.
struct PolicyNode: ParsableArguments {
  @OptionGroup var configuration: ConfigurationOptions

  @Option(help: "The node's ops listener: EDGE_OPS_LISTEN, or ORIGIN_OPS_LISTEN.")
  var ops = "127.0.0.1:9101"

  /// A reload copies, tries and opens libraries, and may have to wait for one that is under way.
  private static let patience = Duration.seconds(30)

  /// A list's text, once it was loaded as the node would load it.
  func read(_ list: String) throws -> [UInt8] {
    let folder = try configuration.load { $0.string("PLUGIN_FOLDER", default: PolicySource.programFolder) }
    do { _ = try loadForOnce(try PolicySource.list(file: list, librariesIn: folder)) } catch {
      throw CommandFailure("\(list): \(error)")
    }
    return [UInt8](try Data(contentsOf: URL(filePath: list)))
  }

  /// Changes the node's lists and makes it load them. A node that refuses has its old ones back.
  func change(_ step: (inout PolicyLists) throws -> Void) throws {
    let path = try configuration.load { $0.required("POLICIES_FILE", expected: "the list that the node asks") }
    let files = PolicyFiles(path)
    let before = try files.read()
    var after = before
    try step(&after)
    let known = try status()
    try requireOurs(known.process)
    do {
      try files.write(after)
      let reached = try reload(known)
      if let refusal = reached.refusal { throw CommandFailure(refusal) }
      print("done: the node is at epoch \(reached.epoch)")
    } catch {
      try files.write(before)
      throw error
    }
  }

  func status() throws -> PolicyStatus { try EventLoop().run { try await fetch() } }

  private func reload(_ known: PolicyStatus) throws -> PolicyStatus {
    guard kill(known.process, SIGHUP) == 0 else {
      throw CommandFailure("process \(known.process): \(unsafe String(cString: strerror(errno)))")
    }
    let loop = EventLoop()
    return try loop.run {
      let end = loop.now + Self.patience
      while loop.now < end {
        let status = try await fetch()
        if status.reloads > known.reloads { return status }
        await loop.sleep(for: .milliseconds(50))
      }
      throw CommandFailure("The node has not loaded its policies again: its log tells why.")
    }
  }

  private func fetch() async throws -> PolicyStatus {
    let client = WebClient(loop: .current)
    defer { client.close() }
    do {
      let request = ClientRequest(.get, try Authority(url: "http://\(ops)"), PolicyStatus.path)
      let answer = try await client.send(request, deadline: .seconds(5)).collect(limit: 1 << 20)
      if let status = PolicyStatus(json: answer) { return status }
    } catch {
      throw CommandFailure("--ops \(ops): no node answers: \(error)")
    }
    throw CommandFailure("--ops \(ops): what answers is no node of ours")
  }

  /// Whoever listens where a node should could name any process: only one of ours gets the signal.
  private func requireOurs(_ process: Int32) throws {
    guard let program = unsafe realpath("/proc/\(process)/exe", nil) else {
      throw CommandFailure(
        "process \(process) is not there, or another user's: run this as root, or as the node's user")
    }
    defer { unsafe free(program) }
    let name = unsafe String(cString: program).split(separator: "/").last ?? ""
    guard ["moviesnow-edge", "moviesnow-origin"].contains(name) else {
      throw CommandFailure("process \(process) is \(name), which takes no lists")
    }
  }
}
