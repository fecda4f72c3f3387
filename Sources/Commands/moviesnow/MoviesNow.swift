internal import ArgumentParser
internal import Invocation

@main
struct MoviesNow: Program {
  static let configuration = CommandConfiguration(
    commandName: "moviesnow",
    abstract: "The operator's tool of MoviesNow Edge.",
    subcommands: [
      Dev.self, Migrate.self, UserCommand.self, Explain.self, Plugins.self, Presign.self, Doctor.self,
    ])
}
