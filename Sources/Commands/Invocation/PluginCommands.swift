package import ArgumentParser
internal import Glibc
package import PolicyHost

/// What the policy host runs as its child before it opens a library itself: `PolicyTrial.bySelf`.
package struct TryPlugins: ParsableCommand {
  package static let configuration = CommandConfiguration(commandName: "try", shouldDisplay: false)

  package init() {}

  package func run() throws { throw ExitCode(PolicyTrial.child()) }
}

/// A server's `plugins`: for its own child, not for people.
package struct ServerPlugins: ParsableCommand {
  package static let configuration = CommandConfiguration(
    commandName: "plugins", shouldDisplay: false, subcommands: [TryPlugins.self])

  package init() {}
}

/// The policies as a server loads them: each after a trial in a child process, from copies in a folder of its own.
/// - Throws: `ExitCode` 1 after the plugin and the reason were printed.
package func loadPolicies(_ sources: [PolicySource], for server: String, loops: Int) throws -> PolicyEpoch {
  let loader = PolicyLoader(folder: "/tmp/\(server)-\(getuid())", loops: loops, trial: .bySelf)
  do throws(PolicyError) { return try loader.load(sources, epoch: 1) } catch {
    printError("PLUGIN_FOLDER: \(error)")
    throw ExitCode(1)
  }
}
