internal import FoundationEssentials
internal import Glibc

/// Compiles policy plugins as an outside author would: with cc, against policy.h alone.
package struct PluginAuthor {
  /// The source of a plugin whose answers are chosen by defines: see its first line.
  package static let answers = "Tests/Policy/Libraries/answers.c"

  /// Where the libraries go.
  package let folder: String

  package init(folder: String) { self.folder = folder }

  /// The path of `name`.so. It is a new file that takes the old one's place, as installers do.
  @discardableResult
  package func compile(_ name: String, from source: String = answers, defines: [String] = []) -> String {
    let path = "\(folder)/\(name).so"
    let flags = defines.map { "'-D\($0)'" }.joined(separator: " ")
    let root = Program.repository
    let include = "\(root)/Sources/Policy/PolicyABI/include"
    let command = "cc -shared -fPIC \(flags) -I \(include) -o \(path).new \(root)/\(source)"
    precondition(unsafe system("\(command) && mv \(path).new \(path)") == 0, "cc failed: \(command)")
    return path
  }

  /// The path of a list of policies, for POLICIES_FILE.
  @discardableResult
  package func list(_ json: String) -> String {
    let path = "\(folder)/policies.json"
    precondition(FileManager.default.createFile(atPath: path, contents: Data(json.utf8)))
    return path
  }

  /// Writes into the old file: who has it open sees it change.
  package func compileInPlace(_ name: String, defines: [String] = []) {
    let new = compile("\(name).other", defines: defines)
    precondition(unsafe system("cat \(new) > \(folder)/\(name).so && rm \(new)") == 0)
  }
}
