internal import PolicyABI

/// An ISO 3166-1 alpha-2 code.
public struct Country: Hashable, Sendable {
  let first: UInt8
  let second: UInt8

  /// Accepts either case. Nil for anything but two letters, and for `XX` and `ZZ`, which proxies send for "unknown".
  public init?(_ first: UInt8, _ second: UInt8) {
    let upper = (first & 0xDF, second & 0xDF)
    let letters = UInt8(ascii: "A")...UInt8(ascii: "Z")
    guard letters.contains(upper.0), letters.contains(upper.1) else { return nil }
    if upper.0 == upper.1, upper.0 == UInt8(ascii: "X") || upper.0 == UInt8(ascii: "Z") { return nil }
    self.first = upper.0
    self.second = upper.1
  }

  public init?(_ text: Text) {
    guard text.count == 2 else { return nil }
    self.init(text[0], text[1])
  }

  public init?(_ text: String) {
    let bytes = Array(text.utf8)
    guard bytes.count == 2 else { return nil }
    self.init(bytes[0], bytes[1])
  }

  init?(_ raw: policy_country) { self.init(raw.letters.0, raw.letters.1) }

  var raw: policy_country { policy_country(letters: (first, second)) }
}

extension Country: CustomStringConvertible {
  public var description: String { String(decoding: [first, second], as: UTF8.self) }
}
