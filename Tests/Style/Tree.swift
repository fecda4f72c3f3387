import FoundationEssentials

/// The files of this repository that people write.
enum Tree {
  /// This file is <root>/Tests/Style/Tree.swift.
  static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent().path

  static let swiftFiles: [SwiftSource] = paths(withSuffixes: [".swift"]).map { SwiftSource(path: $0, text: text($0)) }

  /// Paths from the root, in order.
  static func paths(withSuffixes suffixes: [String]) -> [String] {
    let folders = ["Sources", "Plugins", "Tests", "benchmarks"]
    let found = folders.flatMap { folder in
      ((try? FileManager.default.subpathsOfDirectory(atPath: "\(root)/\(folder)")) ?? []).map { "\(folder)/\($0)" }
    }
    return (found + ["Package.swift"]).filter { path in
      suffixes.contains { path.hasSuffix($0) } && !path.contains("/.build/")
    }.sorted()
  }

  static func text(_ path: String) -> String {
    guard let bytes = FileManager.default.contents(atPath: "\(root)/\(path)") else { return "" }
    return String(decoding: bytes, as: UTF8.self)
  }
}
