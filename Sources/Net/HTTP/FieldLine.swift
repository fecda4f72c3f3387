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
    for position in value where !bytes[position].isFieldValueCharacter { throw .badField }
  }
}

extension UInt8 {
  package var isOWS: Bool { self == 0x20 || self == 0x09 }
}
