package import ArgumentParser
internal import PolicyHost

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
