internal import ArgumentParser
internal import PolicyHost

/// What the policy host runs as its child before it opens a library itself: `PolicyTrial.bySelf`.
struct Plugins: ParsableCommand {
  static let configuration = CommandConfiguration(shouldDisplay: false, subcommands: [Try.self])

  struct Try: ParsableCommand {
    func run() throws { throw ExitCode(PolicyTrial.child()) }
  }
}
