/// An entry's place in its stream: milliseconds since 1970, then a number among those of one millisecond.
package struct StreamID: Comparable, Hashable, Sendable, CustomStringConvertible {
  let milliseconds: UInt64
  let sequence: UInt64

  /// Before every entry.
  package static let zero = StreamID(milliseconds: 0, sequence: 0)

  init(milliseconds: UInt64, sequence: UInt64) {
    self.milliseconds = milliseconds
    self.sequence = sequence
  }

  /// "1700000000000-0".
  package init?(_ text: String) {
    let parts = text.split(separator: "-", omittingEmptySubsequences: false)
    guard parts.count == 2, let milliseconds = UInt64(parts[0]), let sequence = UInt64(parts[1]) else { return nil }
    self.init(milliseconds: milliseconds, sequence: sequence)
  }

  package static func < (left: StreamID, right: StreamID) -> Bool {
    (left.milliseconds, left.sequence) < (right.milliseconds, right.sequence)
  }

  package var description: String { "\(milliseconds)-\(sequence)" }
}

/// From where to where a stream reaches. One that does not exist yet is empty and whole.
struct StreamExtent: Equatable {
  /// Of the oldest entry that is still there.
  var first: StreamID?
  /// Of the newest entry that ever was.
  var last = StreamID.zero
  /// Nothing was ever trimmed.
  var isWhole = true

  /// Whether someone who has seen all entries up to `id` finds all that came after it.
  func holdsEverything(after id: StreamID) -> Bool {
    if id == last { return true }
    // Without the entry itself, nobody can tell what else is gone.
    if let first, first <= id { return id < last }
    return id == .zero && isWhole
  }
}

extension StreamExtent {
  /// Of the reply to XINFO STREAM, a list of names and values.
  init(_ reply: RedisValue) {
    let words = reply.array ?? []
    var length: Int64?
    var added: Int64?
    for index in stride(from: 0, to: words.count - 1, by: 2) {
      let value = words[index + 1]
      switch words[index].text {
      case "length": length = value.integer
      case "entries-added": added = value.integer
      case "last-generated-id": last = value.text.flatMap { StreamID($0) } ?? .zero
      case "first-entry": first = value.array?.first?.text.flatMap { StreamID($0) }
      default: break
      }
    }
    isWhole = length == added
  }
}

extension RedisClient {
  func extent(of stream: String) async throws(RedisError) -> StreamExtent {
    do throws(RedisError) {
      return StreamExtent(try await send("XINFO", "STREAM", stream))
    } catch {
      guard case .refused(let refusal) = error, refusal.message == "no such key" else { throw error }
      return StreamExtent()
    }
  }
}
