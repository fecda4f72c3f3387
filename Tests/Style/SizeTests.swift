import Testing

/// Limits of STYLE 14 and 21. Code lines are counted, so that deleting a comment is never rewarded.
@Suite struct `Sizes` {
  @Test func `a line has at most 120 characters`() {
    let long = Tree.swiftFiles.flatMap { file in
      file.lines.enumerated().filter { $0.element.length > 120 }.map { "\(file.path):\($0.offset + 1)" }
    }
    #expect(long == [])
  }

  @Test func `a line of C has at most 120 characters`() {
    let long = Tree.paths(withSuffixes: [".c", ".h"]).filter { path in
      Tree.text(path).split(separator: "\n").contains { $0.count > 120 }
    }
    #expect(long == [])
  }

  @Test func `a function has at most 60 code lines`() {
    let long = Tree.swiftFiles.flatMap { file in
      file.functions.filter { $0.codeLines > 60 }.map { "\(file.path):\($0.line) \($0.name): \($0.codeLines)" }
    }
    #expect(long == [])
  }

  @Test func `a file has at most 400 code lines`() {
    #expect(Tree.swiftFiles.filter { $0.codeLines > 400 }.map { "\($0.path): \($0.codeLines)" } == [])
  }
}
