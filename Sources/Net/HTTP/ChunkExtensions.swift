/// Checks what may stand behind a chunk's size, byte by byte: `;name`, `;name=token`, `;name="quoted"`, one or more. It
/// says nothing to us, but what one reader skips another may take for the line's end. Source: RFC 9112 §7.1.1.
struct ChunkExtensions {
  private enum Place { case nameStart, name, nameEnd, valueStart, token, quoted, escaped, valueEnd }

  /// A semicolon has just come.
  private var place = Place.nameStart

  /// The line may end here.
  var isWhole: Bool { place == .name || place == .token || place == .valueEnd }

  mutating func note(_ byte: UInt8) throws(ParseError) {
    guard let next = next(byte) else { throw .badChunk }
    place = next
  }

  /// Nil where the byte cannot stand.
  private func next(_ byte: UInt8) -> Place? {
    switch place {
    case .nameStart: byte.isTokenCharacter ? .name : byte.isOWS ? .nameStart : nil
    case .name: byte.isTokenCharacter ? .name : byte.isOWS ? .nameEnd : separated(by: byte)
    case .nameEnd: byte.isOWS ? .nameEnd : separated(by: byte)
    case .valueStart where byte == UInt8(ascii: "\""): .quoted
    case .valueStart: byte.isTokenCharacter ? .token : byte.isOWS ? .valueStart : nil
    case .token where byte.isTokenCharacter: .token
    case .token, .valueEnd: byte == UInt8(ascii: ";") ? .nameStart : nil
    case .quoted where byte == UInt8(ascii: "\""): .valueEnd
    case .quoted where byte == UInt8(ascii: "\\"): .escaped
    case .quoted, .escaped: byte.isFieldValueCharacter ? .quoted : nil
    }
  }

  private func separated(by byte: UInt8) -> Place? {
    byte == UInt8(ascii: "=") ? .valueStart : byte == UInt8(ascii: ";") ? .nameStart : nil
  }
}
