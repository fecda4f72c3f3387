internal import HTTP

/// A stretch of a representation that is kept without the rest. Source: RFC 9110 §14.4, RFC 9111 §3.3.
struct ContentPart: Equatable, Sendable {
  let first: Int
  let count: Int
  /// Of the whole representation, in bytes.
  let total: Int

  init(first: Int, count: Int, total: Int) {
    self.first = first
    self.count = count
    self.total = total
  }

  /// Of an answer with one range of a known whole: `Content-Range: bytes 4-9/10`. Nil for any other.
  init?(_ fields: Fields) {
    guard fields.count(of: .contentRange) == 1, let value = fields.first(.contentRange), value.hasPrefix("bytes ")
    else {
      return nil
    }
    let numbers = value.dropFirst(6).split(omittingEmptySubsequences: false) { $0 == "-" || $0 == "/" }
    guard numbers.count == 3, numbers.allSatisfy({ (1...18).contains($0.utf8.count) && $0.utf8.allSatisfy(\.isDigit) }),
      let first = Int(numbers[0]), let last = Int(numbers[1]), let total = Int(numbers[2]), first <= last, last < total
    else { return nil }
    self.init(first: first, count: last - first + 1, total: total)
  }

  var end: Int { first + count }
  var isWhole: Bool { count == total }

  func holds(_ range: ByteRange) -> Bool { range.first >= first && range.last < end }

  /// What would complete it, as a Range field names it; nil when it lacks something on both sides.
  var missing: String? {
    if first == 0 { return "bytes=\(end)-" }
    return end == total ? "bytes=0-\(first - 1)" : nil
  }

  /// Both as one, when they touch. Whoever calls has made sure that they are of one representation.
  static func joined(
    _ kept: (part: ContentPart, bytes: [UInt8]), _ news: (part: ContentPart, bytes: [UInt8])
  ) -> (part: ContentPart, bytes: [UInt8])? {
    let (low, high) = kept.part.first <= news.part.first ? (kept, news) : (news, kept)
    guard low.part.total == high.part.total, high.part.first <= low.part.end else { return nil }
    let fresh = high.bytes.dropFirst(low.part.end - high.part.first)
    let part = ContentPart(
      first: low.part.first, count: max(low.part.end, high.part.end) - low.part.first, total: low.part.total)
    return (part, low.bytes + fresh)
  }
}
