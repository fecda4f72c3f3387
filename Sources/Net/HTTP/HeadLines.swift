/// Cuts a head into lines while its bytes arrive; remembers how far it looked, so that no byte is searched twice.
/// A line ends with CR LF and nothing else. Source: RFC 9112 §2.2.
struct HeadLines {
  /// Where the next line starts, which is also the count of bytes consumed.
  private(set) var start = 0
  private var scanned = 0

  /// The next line without its end; nil until all of it is there.
  mutating func next(in bytes: Span<UInt8>) throws(ParseError) -> Range<Int>? {
    guard let end = bytes.firstIndex(of: 0x0A, from: scanned) else {
      scanned = bytes.count
      return nil
    }
    guard end > start, bytes[end - 1] == 0x0D else { throw .badLineEnd }
    defer {
      start = end + 1
      scanned = start
    }
    return start..<end - 1
  }
}
