import Glibc
import PolicyHost
import Support

/// Libraries for the host's tests: Tests/Policy/Libraries/answers.c, and whatever the package builds.
final class TestLibrary {
  let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  deinit { folder.remove() }

  /// Compiles as an outside author would; `defines` chooses what it answers.
  func compile(
    _ name: String, from source: String = "Tests/Policy/Libraries/answers.c", defines: [String] = []
  ) -> String {
    let path = "\(folder.path)/\(name).so"
    let flags = defines.map { "'-D\($0)'" }.joined(separator: " ")
    let root = Self.root
    // A new file that takes the old one's place, as installers do.
    let include = "\(root)/Sources/Policy/PolicyABI/include"
    let command = "cc -shared -fPIC \(flags) -I \(include) -o \(path).new \(root)/\(source)"
    precondition(unsafe system("\(command) && mv \(path).new \(path)") == 0, "cc failed: \(command)")
    return path
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
