import Testing

/// What may stand in no file, each with its reason.
@Suite struct `Words` {
  @Test(arguments: [
    Ban(["Task", "{"], "escapes to the global pool: EventLoop.start"),
    Ban(["Task", "("], "escapes to the global pool: EventLoop.start"),
    Ban(["Task", "<"], "escapes to the global pool: EventLoop.start"),
    Ban(["Task", ".", "detached"], "escapes to the global pool: EventLoop.start"),
    Ban(["Task", ".", "immediate"], "escapes to the global pool: EventLoop.start"),
    Ban(["MainActor", ".", "run"], "never returns while main runs a loop"),
    Ban(["import", "Foundation"], "FoundationEssentials, and none of it on a hot path"),
  ])
  func `a banned construct stands nowhere`(_ ban: Ban) {
    let found = Tree.swiftFiles.flatMap { file in
      file.path == ban.exempt
        ? []
        : file.lines.enumerated().filter { $0.element.tokens.contains(ban.tokens) }
          .map { "\(file.path):\($0.offset + 1)" }
    }
    #expect(found == [], "\(ban.reason)")
  }

  @Test func `no comment puts work off`() {
    let words = ["TO" + "DO", "FIX" + "ME"]
    let found = Tree.swiftFiles.flatMap { file in
      file.lines.enumerated().filter { line in words.contains { line.element.comment.contains($0) } }
        .map { "\(file.path):\($0.offset + 1)" }
    }
    #expect(found == [])
  }

  @Test func `an unchecked Sendable states its proof on the line above, and there are fewer than ten`() {
    var count = 0
    for file in Tree.swiftFiles {
      for (index, line) in file.lines.enumerated() where line.tokens.contains(["@", "unchecked", "Sendable"]) {
        count += 1
        let above = index > 0 ? file.lines[index - 1] : line
        #expect(above.tokens.isEmpty && !above.comment.isEmpty, "\(file.path):\(index + 1)")
      }
    }
    #expect(count < 10)
  }
}

struct Ban: CustomTestStringConvertible, Sendable {
  let tokens: [String]
  let reason: String
  /// The one helper that starts a loop's tasks.
  let exempt = "Sources/Net/Loop/EventLoop.swift"

  init(_ tokens: [String], _ reason: String) {
    self.tokens = tokens
    self.reason = reason
  }

  var testDescription: String { tokens.joined() }
}
