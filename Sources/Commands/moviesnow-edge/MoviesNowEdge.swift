internal import ArgumentParser

@main
struct MoviesNowEdge: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "moviesnow-edge",
    abstract: "The edge node: signed URLs, tokens, caching, heartbeats.",
    subcommands: [Serve.self, Check.self, Plugins.self])
}

/// Where the settings are.
struct ConfigurationOptions: ParsableArguments {
  @Option(name: .customLong("config"), help: "A YAML file; the environment overrides what it says.")
  var file: String?
}
