import Testing

/// Names by role: STYLE 9.
@Suite struct `Names` {
  @Test func `a type is named by its role`() {
    let banned: Set = ["Manager", "Helper", "Helpers", "Util", "Utils", "Utility", "Utilities", "Info", "Data"]
    let found = declarations(after: ["struct", "class", "enum", "actor", "protocol", "typealias"]).filter {
      !banned.isDisjoint(with: words(of: $0.name))
    }
    #expect(found.map(\.description) == [])
  }

  @Test func `a function is not a getter and does not merely do`() {
    let found = declarations(after: ["func"]).filter {
      let words = words(of: $0.name)
      return words.count > 1 && ["get", "do"].contains(words[0])
    }
    #expect(found.map(\.description) == [])
  }

  @Test func `no folder and no file is a junk drawer`() {
    let folders: Set = ["Utils", "Helpers", "Common", "Core", "Shared", "Extensions", "Managers"]
    let found = Tree.swiftFiles.map(\.path).filter { path in
      let parts = path.split(separator: "/").map(String.init)
      let file = parts.last ?? ""
      return !folders.isDisjoint(with: parts.dropLast()) || folders.contains { file == "\($0).swift" }
        || file.lowercased().contains("+ext")
    }
    #expect(found == [])
  }

  @Test func `no type takes its module's name`() throws {
    for target in try PackageDescription.load().targets where target.type != "test" {
      for declared in declarations(after: ["struct", "class", "enum", "actor", "protocol", "typealias"])
      where declared.isTopLevel && declared.path.hasPrefix("\(target.path)/") {
        #expect(declared.name != target.name, "\(declared)")
      }
    }
  }

  private struct Declaration: CustomStringConvertible {
    let path: String
    let line: Int
    let name: String
    let isTopLevel: Bool

    var description: String { "\(path):\(line) \(name)" }
  }

  private func declarations(after keywords: Set<String>) -> [Declaration] {
    Tree.swiftFiles.flatMap { file in
      var depth = 0
      var found: [Declaration] = []
      for (index, line) in file.lines.enumerated() {
        for (token, next) in zip(line.tokens, line.tokens.dropFirst() + [""]) {
          if token == "{" { depth += 1 }
          if token == "}" { depth -= 1 }
          guard keywords.contains(token), next.first?.isLetter == true else { continue }
          found.append(Declaration(path: file.path, line: index + 1, name: next, isTopLevel: depth == 0))
        }
      }
      return found
    }
  }

  /// `getItem` is get, Item.
  private func words(of name: String) -> [String] {
    var words: [String] = []
    for character in name {
      if words.isEmpty || character.isUppercase { words.append("") }
      words[words.count - 1].append(character)
    }
    return words
  }
}
