/// A function, initialiser or subscript with a body.
struct SwiftFunction {
  let name: String
  /// From 1.
  let line: Int
  /// Lines with code from the declaration to the closing brace.
  let codeLines: Int
}

extension SwiftSource {
  var functions: [SwiftFunction] {
    var found: [SwiftFunction] = []
    for (index, line) in lines.enumerated() {
      for (column, token) in line.tokens.enumerated() where declares(token, before: line.tokens[(column + 1)...]) {
        guard let end = closingLine(from: index, column: column) else { continue }
        let name = token == "func" ? line.tokens[column + 1] : token
        let codeLines = lines[index...end].count { !$0.tokens.isEmpty }
        found.append(SwiftFunction(name: name, line: index + 1, codeLines: codeLines))
      }
    }
    return found
  }

  private func declares(_ token: String, before rest: ArraySlice<String>) -> Bool {
    switch token {
    case "func": !rest.isEmpty
    case "init", "subscript": ["(", "?", "<"].contains(rest.first)
    default: false
    }
  }

  /// The line of the body's closing brace; nil for a requirement of a protocol and for a call such as `self.init(…)`.
  private func closingLine(from first: Int, column: Int) -> Int? {
    var parentheses = 0
    var braces = 0
    for index in first..<lines.count {
      let tokens = lines[index].tokens
      if index > first, braces == 0, parentheses == 0, !continuesSignature(tokens.first) { return nil }
      for token in index == first ? tokens[column...] : tokens[...] {
        switch token {
        case "(", "[": parentheses += 1
        case ")", "]": parentheses -= 1
        case "{" where parentheses == 0: braces += 1
        case "}" where parentheses == 0:
          braces -= 1
          if braces <= 0 { return braces == 0 ? index : nil }
        default: break
        }
      }
    }
    return nil
  }

  private func continuesSignature(_ token: String?) -> Bool {
    guard let token else { return true }
    return ["{", "-", "where", "async", "throws", "rethrows"].contains(token)
  }
}
