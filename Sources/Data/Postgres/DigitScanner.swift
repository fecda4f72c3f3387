/// Reads the fixed-width numbers of a written moment.
struct DigitScanner {
  private let bytes: [UInt8]
  private var position = 0

  init(_ text: String) { bytes = Array(text.utf8) }

  var isAtEnd: Bool { position == bytes.count }

  /// Exactly `width` digits.
  mutating func number(_ width: Int) -> Int? {
    guard position + width <= bytes.count else { return nil }
    var value: Int = 0
    for byte in bytes[position..<position + width] {
      guard let digit = Self.digit(byte) else { return nil }
      value = value * 10 + digit
    }
    position += width
    return value
  }

  mutating func take(_ character: Unicode.Scalar) -> Bool {
    guard position < bytes.count, bytes[position] == UInt8(ascii: character) else { return false }
    position += 1
    return true
  }

  /// A fraction of a second when there is one; digits past the sixth are dropped. Nil: a dot without digits.
  mutating func microseconds() -> Int? {
    guard take(".") else { return 0 }
    var value: Int = 0
    var digits = 0
    while position < bytes.count, let digit = Self.digit(bytes[position]) {
      if digits < 6 { value = value * 10 + digit }
      digits += 1
      position += 1
    }
    guard digits > 0 else { return nil }
    for _ in 0..<max(0, 6 - digits) { value *= 10 }
    return value
  }

  /// `Z`, `+05:30`, or PostgreSQL's short `+00`: seconds east of Greenwich.
  mutating func offsetSeconds() -> Int? {
    if take("Z") || take("z") { return 0 }
    let sign: Int = take("-") ? -1 : 1
    guard sign < 0 || take("+"), let hours = number(2), hours < 24 else { return nil }
    guard !isAtEnd else { return sign * hours * 3_600 }
    guard take(":"), let minutes = number(2), minutes < 60 else { return nil }
    return sign * (hours * 3_600 + minutes * 60)
  }

  private static func digit(_ byte: UInt8) -> Int? {
    guard (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) else { return nil }
    return Int(byte - UInt8(ascii: "0"))
  }
}
