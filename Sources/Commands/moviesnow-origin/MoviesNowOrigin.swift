internal import ArgumentParser

@main
struct MoviesNowOrigin: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "moviesnow-origin",
    abstract: "The origin of MoviesNow Edge: catalogue, accounts, uploads.",
    subcommands: [Serve.self, Check.self])
}

/// Where the settings are.
struct ConfigurationOptions: ParsableArguments {
  @Option(name: .customLong("config"), help: "A YAML file; the environment overrides what it says.")
  var file: String?
}
