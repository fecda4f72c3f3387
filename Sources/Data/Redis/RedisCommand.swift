/// What a command is made of. Text goes as UTF-8, a number in decimal.
package protocol RedisArgument {
  func append(to command: inout RedisCommand)
}

extension String: RedisArgument {
  package func append(to command: inout RedisCommand) { command.append(self) }
}

extension Int: RedisArgument {
  package func append(to command: inout RedisCommand) { command.append(self) }
}

extension Int64: RedisArgument {
  package func append(to command: inout RedisCommand) { command.append(self) }
}

extension [UInt8]: RedisArgument {
  package func append(to command: inout RedisCommand) { command.append(self) }
}

/// A command's words as they go on the wire. Any bytes may stand in a word: nothing is ever quoted.
/// Source: Redis serialization protocol specification, "Sending commands to a Redis server".
package struct RedisCommand: Sendable {
  private(set) var words: [UInt8] = []
  private var count = 0
  /// What a word, or a command, has around it: a mark, a number, two ends of lines.
  private static let frameSize = 25

  /// With room for so many bytes.
  init(room: Int) { words.reserveCapacity(room) }

  package init(_ words: any RedisArgument...) { for word in words { word.append(to: &self) } }

  package mutating func append(_ text: String) { append(text.utf8Span.span) }

  package mutating func append(_ bytes: [UInt8]) { append(bytes.span) }

  package mutating func append(_ number: Int) { append(Int64(number)) }

  package mutating func append(_ number: Int64) { Decimal(number).withDigits { append($0) } }

  private mutating func append(_ word: Span<UInt8>) {
    count += 1
    words.append(addingCapacity: word.count + Self.frameSize) { wire in
      wire.append(mark: UInt8(ascii: "$"), word.count)
      wire.append(copying: word)
      wire.appendLineEnd()
    }
  }

  /// One word of several parts.
  mutating func append(joining parts: [String]) {
    count += 1
    let size = parts.reduce(0) { $0 + $1.utf8.count }
    words.append(addingCapacity: size + Self.frameSize) { wire in
      wire.append(mark: UInt8(ascii: "$"), size)
      for part in parts { wire.append(copying: part.utf8Span.span) }
      wire.appendLineEnd()
    }
  }

  /// The words of another one behind those that are here.
  mutating func append(wordsOf other: RedisCommand, behind opening: RedisCommand = RedisCommand()) {
    words.append(contentsOf: other.words[opening.size...])
    count += other.count - opening.count
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
    wire.append(addingCapacity: Self.frameSize) { $0.append(mark: UInt8(ascii: "*"), count) }
    wire.append(contentsOf: words)
  }
}

extension OutputSpan<UInt8> {
  /// A length as the protocol writes it.
  fileprivate mutating func append(mark: UInt8, _ length: Int) {
    append(mark)
    append(digitsOf: length)
    appendLineEnd()
  }

  private mutating func append(digitsOf length: Int) {
    if length >= 10 { append(digitsOf: length / 10) }
    append(UInt8(ascii: "0") + UInt8(truncatingIfNeeded: length % 10))
  }

  fileprivate mutating func appendLineEnd() {
    append(UInt8(ascii: "\r"))
    append(UInt8(ascii: "\n"))
  }

  fileprivate mutating func append(copying bytes: Span<UInt8>) {
    unsafe bytes.withUnsafeBufferPointer { bytes in
      unsafe withUnsafeMutableBufferPointer { room, count in
        precondition(bytes.count <= room.count - count)
        guard let start = bytes.baseAddress else { return }
        unsafe (room.baseAddress! + count).initialize(from: start, count: bytes.count)
        count += bytes.count
      }
    }
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

  func withDigits(_ body: (Span<UInt8>) -> Void) { body(text.span.extracting(start...)) }
}
