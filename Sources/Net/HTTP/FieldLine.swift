/// One field line, cut into name and value. Source: RFC 9112 §5.
struct FieldLine {
  let name: Range<Int>
  /// Without the white space around it.
  let value: Range<Int>

  /// Refuses white space before the colon and obsolete line folding with it: both are ways to smuggle.
  init(_ line: Range<Int>, of bytes: Span<UInt8>) throws(ParseError) {
    var index = line.lowerBound
    while index < line.upperBound, bytes[index].isTokenCharacter { index += 1 }
    guard index > line.lowerBound, index < line.upperBound, bytes[index] == UInt8(ascii: ":") else { throw .badField }
    name = line.lowerBound..<index

    value = bytes.trimmed(index + 1..<line.upperBound)
    guard bytes.extracting(value).isFieldValue else { throw .badField }
  }
}

extension Span<UInt8> {
  /// Every byte may stand in a field's value. Eight at a time: most hold neither a control character nor a DEL.
  var isFieldValue: Bool {
    let ones: UInt64 = 0x0101_0101_0101_0101
    var index = 0
    while index < count {
      if index + 8 <= count {
        let word = unsafe bytes.unsafeLoadUnaligned(fromByteOffset: index, as: UInt64.self)
        let deletions = word ^ ones &* 0x7F
        let marks = ((word &- ones &* 0x20) & ~word | (deletions &- ones) & ~deletions) & 0x8080_8080_8080_8080
        if marks == 0 {
          index += 8
          continue
        }
      }
      guard self[index].isFieldValueCharacter else { return false }
      index += 1
    }
    return true
  }
}

extension UInt8 {
  package var isOWS: Bool { self == 0x20 || self == 0x09 }
}
