/// A Swift file as lines of tokens, comments set apart, so that a rule sees code only where there is code.
struct SwiftSource {
  struct Line {
    /// Words, and every other visible character by itself; the content of a string literal is one word `"`.
    var tokens: [String] = []
    var comment = ""
    var length = 0
  }

  let path: String
  private(set) var lines: [Line] = [Line()]

  init(path: String, text: String) {
    self.path = path
    var lexer = Lexer(bytes: Array(text.utf8))
    while lexer.position < lexer.bytes.count { lexer.step(into: &lines) }
    for (index, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
      lines[index].length = line.count
    }
  }

  var codeLines: Int { lines.count { !$0.tokens.isEmpty } }
}

/// Knows comments (nested), string literals (raw, multi-line) and words; nothing else of Swift.
private struct Lexer {
  let bytes: [UInt8]
  var position = 0

  mutating func step(into lines: inout [SwiftSource.Line]) {
    let byte = bytes[position]
    switch byte {
    case UInt8(ascii: "\n"):
      lines.append(SwiftSource.Line())
      position += 1
    case UInt8(ascii: "/") where starts(with: "//"): lineComment(into: &lines)
    case UInt8(ascii: "/") where starts(with: "/*"): blockComment(into: &lines)
    case UInt8(ascii: "\""): string(hashes: 0, into: &lines)
    case UInt8(ascii: "#") where hashesBeforeQuote > 0:
      let hashes = hashesBeforeQuote
      position += hashes
      string(hashes: hashes, into: &lines)
    case UInt8(ascii: "`"): quotedName(into: &lines)
    case _ where isWord(byte): word(into: &lines)
    default:
      if byte > UInt8(ascii: " ") { lines[lines.count - 1].tokens.append(String(UnicodeScalar(byte))) }
      position += 1
    }
  }

  private mutating func word(into lines: inout [SwiftSource.Line]) {
    let start = position
    while position < bytes.count, isWord(bytes[position]) { position += 1 }
    lines[lines.count - 1].tokens.append(String(decoding: bytes[start..<position], as: UTF8.self))
  }

  /// A name in backticks, which may be a whole sentence, is one word.
  private mutating func quotedName(into lines: inout [SwiftSource.Line]) {
    let start = position
    repeat { position += 1 } while position < bytes.count && bytes[position] != UInt8(ascii: "`")
    position = min(position + 1, bytes.count)
    lines[lines.count - 1].tokens.append(String(decoding: bytes[start..<position], as: UTF8.self))
  }

  private mutating func lineComment(into lines: inout [SwiftSource.Line]) {
    let start = position
    while position < bytes.count, bytes[position] != UInt8(ascii: "\n") { position += 1 }
    lines[lines.count - 1].comment += String(decoding: bytes[start..<position], as: UTF8.self)
  }

  private mutating func blockComment(into lines: inout [SwiftSource.Line]) {
    var depth = 0
    repeat {
      if starts(with: "/*") {
        depth += 1
        position += 2
      } else if starts(with: "*/") {
        depth -= 1
        position += 2
      } else {
        if bytes[position] == UInt8(ascii: "\n") { lines.append(SwiftSource.Line()) }
        position += 1
      }
    } while depth > 0 && position < bytes.count
  }

  /// At the opening quote. An interpolation counts as content.
  private mutating func string(hashes: Int, into lines: inout [SwiftSource.Line]) {
    let quotes = starts(with: "\"\"\"") ? 3 : 1
    let close = Array(repeating: UInt8(ascii: "\""), count: quotes) + Array(repeating: UInt8(ascii: "#"), count: hashes)
    position += quotes
    lines[lines.count - 1].tokens.append("\"")
    var parentheses = 0
    while position < bytes.count {
      if parentheses == 0, bytes[position...].starts(with: close) { break }
      switch bytes[position] {
      case UInt8(ascii: "\\") where hashes == 0 && !starts(with: "\\\n"):
        if starts(with: "\\(") { parentheses += 1 }
        position += 1
      case UInt8(ascii: "\"") where parentheses > 0: skipInnerString()
      case UInt8(ascii: "(") where parentheses > 0: parentheses += 1
      case UInt8(ascii: ")") where parentheses > 0: parentheses -= 1
      case UInt8(ascii: "\n"):
        lines.append(SwiftSource.Line())
        if quotes == 3, position + 1 < bytes.count, bytes[position + 1] != UInt8(ascii: "\n") {
          lines[lines.count - 1].tokens.append("\"")
        }
      default: break
      }
      position += 1
    }
    position = min(position + close.count, bytes.count)
  }

  /// A string literal of one line inside an interpolation.
  private mutating func skipInnerString() {
    position += 1
    while position < bytes.count, bytes[position] != UInt8(ascii: "\""), bytes[position] != UInt8(ascii: "\n") {
      position += bytes[position] == UInt8(ascii: "\\") ? 2 : 1
    }
  }

  private func starts(with text: StaticString) -> Bool {
    bytes[position...].starts(with: text.description.utf8)
  }

  private var hashesBeforeQuote: Int {
    var end = position
    while end < bytes.count, bytes[end] == UInt8(ascii: "#") { end += 1 }
    return end < bytes.count && bytes[end] == UInt8(ascii: "\"") ? end - position : 0
  }

  private func isWord(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"): true
    case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), 128...: true
    default: false
    }
  }
}
