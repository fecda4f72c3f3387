internal import ArgumentParser
internal import Glibc
internal import Invocation
internal import PolicyHost

struct Plugins: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Check policy plugins, and try them on a node's requests before they decide.",
    subcommands: [Check.self, Shadow.self, Activate.self, Rollback.self, Status.self, TryPlugins.self])

  struct Check: ParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Load a library as a node would; say what is wrong.")

    @Argument(help: "The library's path.")
    var library: String

    @Option(help: "Its settings, one JSON text.")
    var settings = "{}"

    func run() throws {
      let source = PolicySource(name: library, path: absolutePath(library), settings: settings)
      let set = try loadForOnce([source])
      print("\(library): ok; reads \(set.headers.isEmpty ? "no headers" : set.headers.joined(separator: ", "))")
    }
  }
}

/// A set for one question, outside a node.
func loadForOnce(_ sources: [PolicySource]) throws -> PolicySet {
  let loader = PolicyLoader(folder: "/tmp/moviesnow-plugins-\(getuid())", loops: 1, trial: .bySelf)
  return try loader.load(sources, epoch: 1).set(forLoop: 0)
}

func absolutePath(_ path: String) -> String {
  guard !path.hasPrefix("/"), let folder = unsafe getcwd(nil, 0) else { return path }
  defer { unsafe free(folder) }
  return unsafe "\(String(cString: folder))/\(path)"
}
