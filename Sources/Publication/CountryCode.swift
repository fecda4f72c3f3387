/// A country by its ISO 3166-1 alpha-2 code, in capital letters.
package struct CountryCode: Hashable, Sendable {
  package let first: UInt8
  package let second: UInt8

  /// Accepts either case. Nil for anything but two ASCII letters, and for `XX` and `ZZ`, which mean "unknown".
  package init?(_ first: UInt8, _ second: UInt8) {
    let upper = (first & 0xDF, second & 0xDF)
    let letters = UInt8(ascii: "A")...UInt8(ascii: "Z")
    guard letters.contains(upper.0), letters.contains(upper.1) else { return nil }
    if upper.0 == upper.1, upper.0 == UInt8(ascii: "X") || upper.0 == UInt8(ascii: "Z") { return nil }
    self.first = upper.0
    self.second = upper.1
  }

  package init?(_ text: some StringProtocol) {
    let bytes = Array(text.utf8)
    guard bytes.count == 2 else { return nil }
    self.init(bytes[0], bytes[1])
  }
}

extension CountryCode: CustomStringConvertible {
  package var description: String { String(decoding: [first, second], as: UTF8.self) }
}

extension CountryCode: Codable {
  package init(from decoder: any Decoder) throws {
    let text = try decoder.singleValueContainer().decode(String.self)
    guard let code = CountryCode(text) else {
      throw DecodingError.dataCorrupted(
        .init(codingPath: decoder.codingPath, debugDescription: "\(text) is not an ISO 3166-1 alpha-2 code"))
    }
    self = code
  }

  package func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(description)
  }
}
