import Glibc
import PolicyHost
import Support

/// Libraries for the host's tests: what an outside author compiles, and whatever the package builds.
final class TestLibrary {
  let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  deinit { folder.remove() }

  func compile(_ name: String, from source: String = PluginAuthor.answers, defines: [String] = []) -> String {
    PluginAuthor(folder: folder.path).compile(name, from: source, defines: defines)
  }

  func loader(loops: Int = 1) -> PolicyLoader {
    let trial = PolicyTrial(command: ["\(Self.products)/moviesnow", "plugins", "try"])
    return PolicyLoader(folder: "\(folder.path)/copies", loops: loops, trial: trial)
  }

  func load(_ sources: [PolicySource], epoch: Int = 1) throws -> PolicySet {
    try loader().load(sources, epoch: epoch).set(forLoop: 0)
  }

  static let root = #filePath.split(separator: "/").dropLast(4).reduce("") { "\($0)/\($1)" }

  /// Where the package's programs and plugins are built: beside the tests.
  static let products: String = {
    let path = unsafe realpath("/proc/self/exe", nil)!
    defer { unsafe free(path) }
    let built = unsafe String(cString: path).split(separator: "/").dropLast().reduce("") { "\($0)/\($1)" }
    return unsafe access("\(built)/moviesnow", X_OK) == 0 ? built : "\(root)/.build/debug"
  }()
}

/// A request for a key, with what a test needs of the rest.
func question(_ key: String = "bundles/t/S01.zip", now: Int64 = 150, lifetime: Int64 = 300) -> PolicyRequest {
  let request = PolicyRequest()
  request.begin(key: key, purpose: .download, now: now, lifetime: lifetime)
  return request
}
