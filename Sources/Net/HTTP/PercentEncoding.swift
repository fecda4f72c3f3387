/// Percent-encoding. Source: RFC 3986 §2.1.
package enum PercentEncoding {
  /// Nil when a percent sign is not followed by two hexadecimal digits.
  package static func decode(_ bytes: ArraySlice<UInt8>) -> [UInt8]? {
    var decoded: [UInt8] = []
    decoded.reserveCapacity(bytes.count)
    var index = bytes.startIndex
    while index < bytes.endIndex {
      guard bytes[index] == UInt8(ascii: "%") else {
        decoded.append(bytes[index])
        index += 1
        continue
      }
      guard let byte = octet(bytes, at: index) else { return nil }
      decoded.append(byte)
      index += 3
    }
    return decoded
  }

  /// As forms do it: a plus is a space, and a stray percent sign stands for itself.
  package static func decodeForm(_ bytes: ArraySlice<UInt8>) -> [UInt8] {
    var decoded: [UInt8] = []
    decoded.reserveCapacity(bytes.count)
    var index = bytes.startIndex
    while index < bytes.endIndex {
      if bytes[index] == UInt8(ascii: "%"), let byte = octet(bytes, at: index) {
        decoded.append(byte)
        index += 3
      } else {
        decoded.append(bytes[index] == UInt8(ascii: "+") ? 0x20 : bytes[index])
        index += 1
      }
    }
    return decoded
  }

  /// Everything but the unreserved characters; `/` too unless kept. Upper-case digits, as SigV4 wants them.
  package static func encode(_ text: String, keepingSlash: Bool = false) -> String {
    var encoded: [UInt8] = []
    let digits = Array("0123456789ABCDEF".utf8)
    for byte in text.utf8 {
      if byte.isUnreserved || keepingSlash && byte == UInt8(ascii: "/") {
        encoded.append(byte)
      } else {
        encoded += [UInt8(ascii: "%"), digits[Int(byte >> 4)], digits[Int(byte & 15)]]
      }
    }
    return encoded.text
  }

  private static func octet(_ bytes: ArraySlice<UInt8>, at index: Int) -> UInt8? {
    guard index + 2 < bytes.endIndex, let high = bytes[index + 1].hexValue, let low = bytes[index + 2].hexValue else {
      return nil
    }
    return high << 4 | low
  }
}

extension UInt8 {
  /// Source: RFC 3986 §2.3.
  var isUnreserved: Bool {
    switch self {
    case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x2D, 0x2E, 0x5F, 0x7E: true
    default: false
    }
  }
}
