internal import HTTP
internal import Loop

/// Bytes that are there already, a piece at a time, for a client that may take its time.
final class PiecewiseContent: BodySource {
  private static let piece = 64 * 1024

  private let bytes: [UInt8]
  private let turns: TurnQueue
  private var position = 0

  init(_ bytes: [UInt8], _ turns: TurnQueue) {
    self.bytes = bytes
    self.turns = turns
  }

  func next() async throws -> [UInt8]? {
    guard position < bytes.count else { return nil }
    await turns.room()
    let end = min(bytes.count, position + Self.piece)
    defer { position = end }
    return Array(bytes[position..<end])
  }
}
