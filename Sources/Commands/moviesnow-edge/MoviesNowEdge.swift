internal import ArgumentParser
internal import Invocation

@main
struct MoviesNowEdge: Program {
  static let configuration = CommandConfiguration(
    commandName: "moviesnow-edge",
    abstract: "The edge node: signed URLs, tokens, caching, heartbeats.",
    subcommands: [Serve.self, Check.self, ServerPlugins.self])
}
