/// An IPv4 or IPv6 address. An IPv4 address mapped into IPv6 is taken as what it is: IPv4.
package struct IPAddress: Hashable, Sendable, CustomStringConvertible {
  package enum Family: Sendable { case v4, v6 }

  package let family: Family
  /// 128 bits; of an IPv4 address the low 32 bits of `low`.
  let high: UInt64
  let low: UInt64

  package init(v4 address: UInt32) {
    (family, high, low) = (.v4, 0, UInt64(address))
  }

  package init(high: UInt64, low: UInt64) {
    let isMapped = high == 0 && low >> 32 == 0xFFFF
    (family, self.high, self.low) = isMapped ? (.v4, 0, low & 0xFFFF_FFFF) : (.v6, high, low)
  }

  /// Of 4 or 16 bytes in network order.
  package init?(networkOrder bytes: some Collection<UInt8>) {
    guard bytes.count == 4 || bytes.count == 16 else { return nil }
    let low = bytes.suffix(8).reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
    if bytes.count == 4 {
      self.init(v4: UInt32(low))
    } else {
      self.init(high: bytes.prefix(8).reduce(UInt64(0)) { $0 << 8 | UInt64($1) }, low: low)
    }
  }

  /// Lends its 4 or 16 bytes in network order.
  package func withNetworkOrder(_ body: (Span<UInt8>) -> Void) {
    var bytes = InlineArray<16, UInt8>(repeating: 0)
    for index in 0..<8 {
      let shift = UInt64(56 - 8 * index)
      bytes[index] = UInt8(truncatingIfNeeded: high >> shift)
      bytes[index + 8] = UInt8(truncatingIfNeeded: low >> shift)
    }
    body(bytes.span.extracting((family == .v4 ? 12 : 0)..<16))
  }

  /// Whoever has an IPv6 address has the 2^64 beside it as well (RFC 6177), so that they count as one.
  package var subscriber: IPAddress { family == .v4 ? self : IPAddress(high: high, low: 0) }

  /// Nobody's: RFC 4291 §2.5.2.
  package static let unspecified = IPAddress(high: 0, low: 0)
  package static let loopback = IPAddress(v4: 0x7F00_0001)

  package var isLoopback: Bool { family == .v4 ? low >> 24 == 127 : high == 0 && low == 1 }

  /// Strict: four decimal numbers without leading zeros, or RFC 4291 §2.2 text without a zone.
  package init?(_ text: some StringProtocol) {
    let bytes = Array(text.utf8)
    if bytes.contains(UInt8(ascii: ":")) {
      guard let groups = Self.groups(of: bytes) else { return nil }
      let halves = (0..<2).map { half in groups[half * 4..<half * 4 + 4].reduce(UInt64(0)) { $0 << 16 | UInt64($1) } }
      self.init(high: halves[0], low: halves[1])
    } else {
      guard let address = Self.dotted(bytes[...]) else { return nil }
      self.init(v4: address)
    }
  }

  package var description: String {
    if family == .v4 {
      var text: [UInt8] = []
      appendDotted(to: &text)
      return text.text
    }
    let groups = [high, low].flatMap { half in [48, 32, 16, 0].map { half >> UInt64($0) & 0xFFFF } }
    let zeros = Self.longestZeroRun(groups)
    let hex = groups.map { String($0, radix: 16) }
    guard zeros.count > 1 else { return hex.joined(separator: ":") }
    return hex[..<zeros.lowerBound].joined(separator: ":") + "::" + hex[zeros.upperBound...].joined(separator: ":")
  }

  package func append(to text: inout [UInt8]) {
    if family == .v4 { appendDotted(to: &text) } else { text.append(description) }
  }

  private func appendDotted(to text: inout [UInt8]) {
    for place in 0..<4 {
      if place > 0 { text.append(UInt8(ascii: ".")) }
      text.append(decimal: Int(low >> UInt64(24 - 8 * place) & 0xFF))
    }
  }

  private static func dotted(_ bytes: ArraySlice<UInt8>) -> UInt32? {
    let parts = bytes.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
    guard parts.count == 4 else { return nil }
    var address: UInt32 = 0
    for part in parts {
      guard (1...3).contains(part.count), part.allSatisfy(\.isDigit), part.count == 1 || part.first != 0x30,
        let number = UInt8(part.text)
      else { return nil }
      address = address << 8 | UInt32(number)
    }
    return address
  }

  /// The eight groups; "::" may stand once for one or more groups of zero.
  private static func groups(of bytes: [UInt8]) -> [UInt16]? {
    guard bytes.count <= 45 else { return nil }
    guard let gap = doubleColon(in: bytes) else { return run(bytes[...]).flatMap { $0.count == 8 ? $0 : nil } }
    guard let front = run(bytes[..<gap]), let back = run(bytes[(gap + 2)...]), front.count + back.count < 8 else {
      return nil
    }
    return front + Array(repeating: 0, count: 8 - front.count - back.count) + back
  }

  private static func doubleColon(in bytes: [UInt8]) -> Int? {
    bytes.indices.dropLast().first { bytes[$0] == UInt8(ascii: ":") && bytes[$0 + 1] == UInt8(ascii: ":") }
  }

  private static func run(_ bytes: ArraySlice<UInt8>) -> [UInt16]? {
    guard !bytes.isEmpty else { return [] }
    let parts = bytes.split(separator: UInt8(ascii: ":"), omittingEmptySubsequences: false)
    var groups: [UInt16] = []
    for (position, part) in parts.enumerated() {
      if position == parts.count - 1, part.contains(UInt8(ascii: ".")) {
        guard let address = dotted(part) else { return nil }
        groups += [UInt16(address >> 16), UInt16(address & 0xFFFF)]
      } else {
        guard (1...4).contains(part.count), part.allSatisfy({ $0.hexValue != nil }) else { return nil }
        groups.append(part.reduce(0) { $0 << 4 | UInt16($1.hexValue ?? 0) })
      }
    }
    return groups
  }

  private static func longestZeroRun(_ groups: [UInt64]) -> Range<Int> {
    var longest = 0..<0
    var start = 0
    while start < groups.count {
      var end = start
      while end < groups.count, groups[end] == 0 { end += 1 }
      if end - start > longest.count { longest = start..<end }
      start = max(end, start + 1)
    }
    return longest
  }
}
