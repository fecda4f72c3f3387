internal import HTTP

/// Content of an answer that waits for its turn, in the pieces in which it came: none is copied before it is written.
struct Outbox {
  private var pieces: [[UInt8]] = []
  /// Of the first piece, so much is written.
  private var written = 0
  private(set) var count = 0
  /// Nothing comes after what is there.
  private(set) var isComplete = false

  /// All that there will be is written.
  var isAtEnd: Bool { isComplete && count == 0 }

  mutating func append(_ piece: [UInt8]) {
    pieces.append(piece)
    count += piece.count
  }

  mutating func complete() { isComplete = true }

  mutating func move(_ wanted: Int, to output: inout [UInt8]) {
    var left = wanted
    while left > 0 {
      let step = min(left, pieces[0].count - written)
      output.append(contentsOf: pieces[0][written..<written + step])
      written += step
      left -= step
      if written == pieces[0].count {
        pieces.removeFirst()
        written = 0
      }
    }
    count -= wanted
  }

  mutating func removeAll() { self = Outbox() }
}
