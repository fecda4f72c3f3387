/// RFC 3986 §2: everything but letters, digits and `-._~` is encoded, in upper-case hexadecimal, as SigV4 wants it.
package enum PercentEncoding {
  package static func encode(_ text: String) -> String {
    var output: [UInt8] = []
    append(text, to: &output)
    return String(decoding: output, as: UTF8.self)
  }

  /// One query name or value.
  package static func append(_ text: String, to output: inout [UInt8]) {
    append(text.utf8.span, keepingSlashes: false, to: &output)
  }

  /// A path: its slashes stand for themselves.
  package static func appendPath(_ text: String, to output: inout [UInt8]) {
    append(text.utf8.span, keepingSlashes: true, to: &output)
  }

  /// Nil on a `%` without two digits behind it. A `+` stays a `+`.
  package static func decode(_ text: Substring) -> [UInt8]? {
    let input = text.utf8.span
    var output: [UInt8] = []
    output.reserveCapacity(input.count)
    var index = 0
    while index < input.count {
      if input[index] == UInt8(ascii: "%") {
        guard index + 2 < input.count,
          let high = Hex.value(of: input[index + 1]), let low = Hex.value(of: input[index + 2])
        else { return nil }
        output.append(high << 4 | low)
        index += 3
      } else {
        output.append(input[index])
        index += 1
      }
    }
    return output
  }

  /// What stands for itself is copied in runs.
  private static func append(_ input: Span<UInt8>, keepingSlashes: Bool, to output: inout [UInt8]) {
    var copied = 0
    for index in input.indices {
      let byte = input[index]
      if isUnreserved(byte) || keepingSlashes && byte == UInt8(ascii: "/") { continue }
      output.append(copying: input.extracting(copied..<index))
      output.append(UInt8(ascii: "%"))
      output.append(upperDigit(byte >> 4))
      output.append(upperDigit(byte & 15))
      copied = index + 1
    }
    output.append(copying: input.extracting(copied..<input.count))
  }

  static func append(_ byte: UInt8, isLiteral: Bool, to output: inout [UInt8]) {
    if isLiteral { return output.append(byte) }
    output.append(UInt8(ascii: "%"))
    output.append(upperDigit(byte >> 4))
    output.append(upperDigit(byte & 15))
  }

  /// One bit a character of ASCII: letters, digits, `-._~`.
  static func isUnreserved(_ byte: UInt8) -> Bool {
    let bits: UInt64 = byte < 64 ? 0x03ff_6000_0000_0000 : 0x47ff_fffe_87ff_fffe
    return byte < 128 && bits >> UInt64(byte & 63) & 1 == 1
  }

  private static func upperDigit(_ value: UInt8) -> UInt8 {
    value < 10 ? UInt8(ascii: "0") + value : UInt8(ascii: "A") + value - 10
  }
}
