/// Names the file that a download becomes. Source: RFC 6266, RFC 8187.
package enum ContentDisposition {
  /// The last component of the name, with an ASCII form for old clients and the true one beside it when they differ.
  package static func attachment(_ fileName: String) -> String {
    let start = "attachment; filename=\""
    if isPlain(fileName) { return start + fileName + "\"" }
    let name = clean(fileName)
    guard !name.allSatisfy({ $0 < 0x80 }) else { return start + name.text + "\"" }
    // One underscore a character: bytes below 0xC0 only go on with one.
    let ascii = name.filter { $0 < 0x80 || $0 >= 0xC0 }.map { $0 < 0x80 ? $0 : UInt8(ascii: "_") }
    return start + ascii.text + "\"; filename*=UTF-8''" + PercentEncoding.encode(name.text)
  }

  /// A usual name: letters, digits, `-._` and spaces, and no leading dot.
  private static func isPlain(_ fileName: String) -> Bool {
    let bytes = fileName.utf8Span.span
    guard bytes.count > 0, bytes[0] != UInt8(ascii: ".") else { return false }
    for index in bytes.indices {
      switch bytes[index] {
      case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x20, UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"): break
      default: return false
      }
    }
    return true
  }

  /// No path, no quote or backslash to end the string early, no control characters. Only ASCII goes: it stays UTF-8.
  private static func clean(_ fileName: String) -> [UInt8] {
    let bytes = Array(fileName.utf8)
    let end = bytes.lastIndex { !isSeparator($0) }.map { $0 + 1 } ?? 0
    let start = bytes[..<end].lastIndex(where: isSeparator).map { $0 + 1 } ?? 0
    let name = bytes[start..<end].filter {
      $0 >= 0x20 && $0 != 0x7F && $0 != UInt8(ascii: "\"") && $0 != UInt8(ascii: "%")
    }
    return name.allSatisfy { $0 == UInt8(ascii: ".") } ? Array("download".utf8) : name
  }

  private static func isSeparator(_ byte: UInt8) -> Bool { byte == UInt8(ascii: "/") || byte == UInt8(ascii: "\\") }
}
