/// The name of an object in the store, in one form only: what is checked is, byte for byte, what is signed.
///
/// It is 1 to 1 024 bytes of letters, digits and `._-/+=@() `, has no `.` or `..` segment, and neither starts nor ends
/// with a space. Repeated slashes are folded, as the peer does; a leading slash is refused.
package struct StorageKey: Hashable, Sendable, CustomStringConvertible {
  package let text: String

  package init?(_ text: String) {
    let bytes = text.utf8
    guard let first = bytes.first, let last = bytes.last, bytes.count <= 1024 else { return nil }
    guard first != UInt8(ascii: "/"), first != UInt8(ascii: " "), last != UInt8(ascii: " ") else { return nil }
    guard bytes.allSatisfy(Self.isAllowed) else { return nil }
    let segments = text.split(separator: "/", omittingEmptySubsequences: true)
    guard segments.allSatisfy({ $0 != "." && $0 != ".." }), last != UInt8(ascii: "/") else { return nil }
    self.text = text.contains("//") ? segments.joined(separator: "/") : text
  }

  package var description: String { text }

  package var fileName: String { text.split(separator: "/").last.map { String($0) } ?? text }

  private static func isAllowed(_ byte: UInt8) -> Bool {
    switch byte {
    case 0x30...0x39, 0x41...0x5A, 0x61...0x7A: true
    default: "._-/+=@() ".utf8.contains(byte)
    }
  }
}
