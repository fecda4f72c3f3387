internal import ArgumentParser
internal import Invocation

@main
struct MoviesNowOrigin: Program {
  static let configuration = CommandConfiguration(
    commandName: "moviesnow-origin",
    abstract: "The origin of MoviesNow Edge: catalogue, accounts, uploads.",
    subcommands: [Serve.self, Check.self, ServerPlugins.self])
}
