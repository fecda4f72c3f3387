/// A pattern over storage keys: `*` stands for one or more bytes without a `/`, `**` for one or more of any kind.
///
/// All that follows the literal start runs as a bit-parallel automaton (Baeza-Yates and Gonnet's shift-and): bit i is
/// set while the first i elements have matched. One pass, no backtracking: nobody can make a slow key.
package struct KeyPattern: Sendable {
  /// Elements after the literal start: as many as a machine word has bits, less the one of the start.
  private static let elementLimit = 63

  package let text: String
  private let prefix: [UInt8]
  /// By byte: which elements it can begin, and which repeating ones it can prolong, one place further.
  private var enters = [UInt64](repeating: 0, count: 256)
  private var stays = [UInt64](repeating: 0, count: 256)
  private let accepting: UInt64

  package init(_ text: String) throws(KeyPatternMalformed) {
    let elements = Self.elements(of: Array(text.utf8))
    let literal = elements.prefix { $0.isLiteral }
    let rest = elements.dropFirst(literal.count)
    guard !elements.isEmpty else { throw KeyPatternMalformed("a pattern is empty") }
    guard rest.count <= Self.elementLimit else {
      throw KeyPatternMalformed("\"\(text)\" has more than \(Self.elementLimit) characters after its first *")
    }
    self.text = text
    prefix = literal.map(\.byte)
    accepting = 1 << UInt64(rest.count)
    for (place, element) in rest.enumerated() {
      let next: UInt64 = 2 << UInt64(place)
      for byte in UInt8.min...UInt8.max where element.accepts(byte) {
        enters[Int(byte)] |= next
        if !element.isLiteral { stays[Int(byte)] |= next }
      }
    }
  }

  /// - Parameter key: its UTF-8.
  package func matches(_ key: Span<UInt8>) -> Bool {
    guard key.count >= prefix.count, prefix.indices.allSatisfy({ key[$0] == prefix[$0] }) else { return false }
    var state: UInt64 = 1
    for index in prefix.count..<key.count {
      let byte = Int(key[index])
      state = ((state << 1) & enters[byte]) | (state & stays[byte])
      if state == 0 { return false }
    }
    return state & accepting != 0
  }

  private enum Element {
    case literal(UInt8)
    case withinSegment
    case anything

    var isLiteral: Bool { if case .literal = self { true } else { false } }
    var byte: UInt8 { if case .literal(let byte) = self { byte } else { 0 } }

    func accepts(_ byte: UInt8) -> Bool {
      switch self {
      case .literal(let own): own == byte
      case .withinSegment: byte != UInt8(ascii: "/")
      case .anything: true
      }
    }
  }

  private static func elements(of pattern: [UInt8]) -> [Element] {
    let star = UInt8(ascii: "*")
    var elements: [Element] = []
    var index = 0
    while index < pattern.count {
      if pattern[index] != star {
        elements.append(.literal(pattern[index]))
      } else if index + 1 < pattern.count, pattern[index + 1] == star {
        elements.append(.anything)
        index += 1
      } else {
        elements.append(.withinSegment)
      }
      index += 1
    }
    return elements
  }
}

/// Why a text is no pattern: one line, for the operator.
package struct KeyPatternMalformed: Error, CustomStringConvertible {
  package let description: String
  init(_ description: String) { self.description = description }
}
