extension Span<UInt8> {
  /// The number that a JSON number of few digits and without an exponent writes: whole numbers below 2^53 and powers of
  /// ten up to 10^22 are exact, so that their quotient is the nearest one. Nil of any other.
  /// Source: Clinger, "How to Read Floating Point Numbers Accurately", 1990.
  var shortDecimal: Double? {
    guard count <= 16 else { return nil }
    var digits: UInt64 = 0
    var scale = 1.0
    var hasPoint = false
    for index in indices {
      switch self[index] {
      case UInt8(ascii: "0")...UInt8(ascii: "9"):
        digits = digits * 10 + UInt64(self[index] - UInt8(ascii: "0"))
        if hasPoint { scale *= 10 }
      case UInt8(ascii: "."): hasPoint = true
      case UInt8(ascii: "-"): scale = -1
      default: return nil
      }
    }
    return digits < 1 << 53 ? Double(digits) / scale : nil
  }
}
