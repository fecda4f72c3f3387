/// The target of a request line, brought into origin form. Source: RFC 9112 §3.2.
struct RequestTarget {
  /// Path and query, or "*".
  let origin: Range<Int>
  /// Of a target in absolute form; it wins over Host, which must say the same.
  let authority: Range<Int>?
  /// The path of "http://host?query" is empty on the wire and "/" for us.
  let lacksPath: Bool

  init(_ range: Range<Int>, of bytes: Span<UInt8>, method: Method) throws(ParseError) {
    let target = bytes.extracting(range)
    guard target.count > 0 else { throw .badTarget }
    guard method != .connect else { throw .unsupportedMethod }

    if target.equals("*") {
      guard method == .options else { throw .badTarget }
      (origin, authority, lacksPath) = (range, nil, false)
    } else if target[0] == UInt8(ascii: "/") {
      (origin, authority, lacksPath) = (range, nil, false)
    } else {
      let start = try range.lowerBound + Self.schemeCount(target)
      var end = start
      while end < range.upperBound, bytes[end] != UInt8(ascii: "/"), bytes[end] != UInt8(ascii: "?") { end += 1 }
      (origin, authority) = (end..<range.upperBound, start..<end)
      lacksPath = end == range.upperBound || bytes[end] == UInt8(ascii: "?")
    }
    try Self.check(bytes.extracting(origin))
  }

  private static func schemeCount(_ target: Span<UInt8>) throws(ParseError) -> Int {
    if target.count >= 7, target.extracting(0..<7).equalsIgnoringCase("http://") { return 7 }
    if target.count >= 8, target.extracting(0..<8).equalsIgnoringCase("https://") { return 8 }
    throw .badTarget
  }

  /// Visible ASCII without a fragment; in the path also no broken encoding and nothing that a second reader might take
  /// for a separator.
  private static func check(_ origin: Span<UInt8>) throws(ParseError) {
    var inQuery = false
    for index in origin.indices where !origin[index].isPlainTargetCharacter {
      switch origin[index] {
      case UInt8(ascii: "?"): inQuery = true
      case UInt8(ascii: "%") where !inQuery:
        guard index + 2 < origin.count, origin[index + 1].hexValue != nil, origin[index + 2].hexValue != nil else {
          throw .badTarget
        }
      case UInt8(ascii: "\\") where !inQuery: throw .badTarget
      case UInt8(ascii: "#"), 0...0x20, 0x7F...0xFF: throw .badTarget
      default: break
      }
    }
  }
}

/// An authority without userinfo: a name, an IPv4 or a bracketed IPv6 address, and perhaps a port.
/// Source: RFC 3986 §3.2.
enum Authority {
  static func isValid(_ authority: Span<UInt8>) -> Bool {
    guard authority.count > 0 else { return false }
    var index = 0
    if authority[0] == UInt8(ascii: "[") {
      guard let close = authority.firstIndex(of: UInt8(ascii: "]")), close > 1 else { return false }
      for position in 1..<close where !authority[position].isAddressCharacter { return false }
      index = close + 1
    } else {
      while index < authority.count, authority[index].isUnreserved { index += 1 }
      guard index > 0 else { return false }
    }
    guard index < authority.count else { return true }
    guard authority[index] == UInt8(ascii: ":"), authority.count - index <= 6 else { return false }
    for position in index + 1..<authority.count where !authority[position].isDigit { return false }
    return true
  }
}

extension UInt8 {
  /// Needs no second look wherever it stands: a letter, a digit, or one of `/!$&'()*+,-.:;=@_~`. One bit each.
  fileprivate var isPlainTargetCharacter: Bool {
    let bits: UInt64 = self < 64 ? 0x2fff_ffd2_0000_0000 : 0x47ff_fffe_87ff_ffff
    return self < 128 && bits >> UInt64(self & 63) & 1 == 1
  }

  fileprivate var isAddressCharacter: Bool {
    hexValue != nil || self == UInt8(ascii: ":") || self == UInt8(ascii: ".")
  }
}
