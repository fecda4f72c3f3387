internal import Postgres
internal import Routing
internal import Vocabulary

/// An address as it was given; two that differ in case are one account's. Parsed once, where it comes in.
package struct Email: ColumnValue {
  package let text: String

  /// One `@`, a dotted domain of letters, digits and hyphens, no spaces or control bytes, at most 254 bytes.
  /// Source: RFC 5321 §4.5.3.1, without quoted local parts.
  package init?(_ text: String) {
    let bytes = Array(text.utf8)
    guard bytes.count <= 254, let at = bytes.lastIndex(of: UInt8(ascii: "@")), (1...64).contains(at) else { return nil }
    let local = bytes[..<at]
    guard local.first != UInt8(ascii: "."), local.last != UInt8(ascii: "."), local.allSatisfy(Self.isLocal) else {
      return nil
    }
    let labels = bytes[(at + 1)...].split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
    guard labels.count >= 2, labels.allSatisfy(Self.isLabel) else { return nil }
    self.text = text
  }

  package static let expectation = "an e-mail address such as ada@example.org"
  package static let example = Email("ada@example.org")!

  private static func isLocal(_ byte: UInt8) -> Bool {
    byte > 32 && byte != 127 && !"@,;:<>()[]\\\"".utf8.contains(byte)
  }

  private static func isLabel(_ label: ArraySlice<UInt8>) -> Bool {
    guard (1...63).contains(label.count), label.first != UInt8(ascii: "-"), label.last != UInt8(ascii: "-") else {
      return false
    }
    return label.allSatisfy { byte in
      switch byte {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"): true
      case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"): true
      default: false
      }
    }
  }
}
