/// What ids of sessions and titles, and one-time tokens, are made of: letters, digits, `_` and `-`.
extension String {
  var isOfNameCharacters: Bool {
    let bytes = utf8Span.span
    for index in bytes.indices where !bytes[index].isNameCharacter { return false }
    return true
  }
}

extension UInt8 {
  /// One bit a character of ASCII.
  fileprivate var isNameCharacter: Bool {
    let bits: UInt64 = self < 64 ? 0x03ff_2000_0000_0000 : 0x07ff_fffe_87ff_fffe
    return self < 128 && bits >> UInt64(self & 63) & 1 == 1
  }
}
