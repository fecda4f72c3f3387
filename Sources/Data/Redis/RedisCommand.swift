/// What a command is made of. Text goes as UTF-8, a number in decimal.
package protocol RedisArgument {
  func append(to command: inout RedisCommand)
}

extension String: RedisArgument {
  package func append(to command: inout RedisCommand) { command.append(utf8Span.span) }
}

extension Int: RedisArgument {
  package func append(to command: inout RedisCommand) { command.append(Int64(self)) }
}

extension Int64: RedisArgument {
  package func append(to command: inout RedisCommand) { Decimal(self).withDigits { command.append($0) } }
}

extension Double: RedisArgument {
  package func append(to command: inout RedisCommand) { description.append(to: &command) }
}

extension [UInt8]: RedisArgument {
  package func append(to command: inout RedisCommand) { command.append(span) }
}

/// A command's words as they go on the wire. Any bytes may stand in a word: nothing is ever quoted.
/// Source: Redis serialization protocol specification, "Sending commands to a Redis server".
package struct RedisCommand: Sendable {
  private(set) var words: [UInt8] = []
  private var count = 0

  /// With room for so many bytes.
  init(room: Int) { words.reserveCapacity(room) }

  package init(_ words: any RedisArgument...) { for word in words { append(word) } }

  package mutating func append(_ word: some RedisArgument) { word.append(to: &self) }

  /// The words of another one behind those that are here.
  mutating func append(wordsOf other: RedisCommand) {
    words.append(contentsOf: other.words)
    count += other.count
  }

  fileprivate mutating func append(_ word: Span<UInt8>) {
    words.append(mark: UInt8(ascii: "$"), word.count)
    unsafe word.withUnsafeBufferPointer { unsafe words.append(contentsOf: $0) }
    words.append(UInt8(ascii: "\r"))
    words.append(UInt8(ascii: "\n"))
    count += 1
  }

  /// - Parameter wire: a word as it goes on the wire.
  func begins(with wire: [UInt8]) -> Bool {
    guard words.count >= wire.count else { return false }
    for index in wire.indices where words[index] != wire[index] { return false }
    return true
  }

  /// What it does, as GET; empty of a command without words.
  var firstWord: String {
    let line = words.prefix { $0 != UInt8(ascii: "\n") }
    return String(decoding: words[line.endIndex...].dropFirst().prefix { $0 != UInt8(ascii: "\r") }, as: UTF8.self)
  }

  /// What it takes in a queue, in bytes.
  var size: Int { words.count }

  func append(to wire: inout [UInt8]) {
    wire.append(mark: UInt8(ascii: "*"), count)
    wire.append(contentsOf: words)
  }
}

extension [UInt8] {
  /// A length as the protocol writes it.
  fileprivate mutating func append(mark: UInt8, _ length: Int) {
    append(mark)
    Decimal(Int64(length)).withDigits { digits in
      unsafe digits.withUnsafeBufferPointer { unsafe append(contentsOf: $0) }
    }
    append(UInt8(ascii: "\r"))
    append(UInt8(ascii: "\n"))
  }
}

/// A number's text, without an allocation.
private struct Decimal {
  private var text = InlineArray<20, UInt8>(repeating: UInt8(ascii: "-"))
  private var start = 20

  init(_ number: Int64) {
    var rest = number.magnitude
    repeat {
      start -= 1
      text[start] = UInt8(ascii: "0") + UInt8(truncatingIfNeeded: rest % 10)
      rest /= 10
    } while rest > 0
    if number < 0 { start -= 1 }
  }

  func withDigits(_ body: (Span<UInt8>) -> Void) { body(text.span.extracting(start..<20)) }
}
