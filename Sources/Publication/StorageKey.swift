/// The name of an object in the store, in one form only: what is checked is, byte for byte, what is signed.
///
/// It is 1 to 1 024 bytes of letters, digits and `._-/+=@() `, has no `.` or `..` segment, and neither starts nor ends
/// with a space. Repeated slashes are folded, as the peer does; a leading slash is refused.
package struct StorageKey: Hashable, Sendable, CustomStringConvertible {
  package let text: String

  package init?(_ text: String) {
    let bytes = text.utf8Span.span
    guard (1...1024).contains(bytes.count), bytes[0] != UInt8(ascii: "/"), bytes[0] != UInt8(ascii: " ") else {
      return nil
    }
    let last = bytes[bytes.count - 1]
    guard last != UInt8(ascii: "/"), last != UInt8(ascii: " ") else { return nil }
    var hasEmptySegment = false
    var start = 0
    for index in bytes.indices {
      guard Self.isAllowed(bytes[index]) else { return nil }
      guard bytes[index] == UInt8(ascii: "/") else { continue }
      if index == start { hasEmptySegment = true }
      guard !Self.isDots(bytes.extracting(start..<index)) else { return nil }
      start = index + 1
    }
    guard !Self.isDots(bytes.extracting(start..<bytes.count)) else { return nil }
    self.text = hasEmptySegment ? text.split(separator: "/").joined(separator: "/") : text
  }

  package var description: String { text }

  package var fileName: String {
    let bytes = text.utf8
    return bytes.lastIndex(of: UInt8(ascii: "/")).map { String(text[bytes.index(after: $0)...]) } ?? text
  }

  /// `.` or `..`
  private static func isDots(_ segment: Span<UInt8>) -> Bool {
    (1...2).contains(segment.count) && segment[0] == UInt8(ascii: ".")
      && segment[segment.count - 1] == UInt8(ascii: ".")
  }

  private static func isAllowed(_ byte: UInt8) -> Bool {
    switch byte {
    case 0x30...0x39, 0x41...0x5A, 0x61...0x7A: true
    case UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "-"), UInt8(ascii: "/"), UInt8(ascii: "+"): true
    case UInt8(ascii: "="), UInt8(ascii: "@"), UInt8(ascii: "("), UInt8(ascii: ")"), UInt8(ascii: " "): true
    default: false
    }
  }
}
