internal import FoundationEssentials
internal import Glibc

/// A fresh private folder below /tmp. Short, so that sockets in it stay below the kernel's 107 bytes.
package struct TemporaryFolder {
  package let path: String

  package init() throws {
    var template = Array("/tmp/moviesnow-test-XXXXXX".utf8CString)
    guard unsafe mkdtemp(&template) != nil else { throw DeadlinePassed(what: "a temporary folder") }
    path = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }

  /// What its files hold, in their names' order.
  package var texts: [String] {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []
    return names.sorted().compactMap { FileManager.default.contents(atPath: "\(path)/\($0)") }
      .map { String(decoding: $0, as: UTF8.self) }
  }

  package func bytes(_ name: String) throws -> [UInt8] {
    Array(try Data(contentsOf: URL(filePath: "\(path)/\(name)")))
  }

  package func text(_ name: String) throws -> String { String(decoding: try bytes(name), as: UTF8.self) }

  package func write(_ bytes: [UInt8], to name: String) throws {
    try Data(bytes).write(to: URL(filePath: "\(path)/\(name)"))
  }

  package func remove() {
    unsafe _ = system("rm -rf '\(path)'")
  }
}
