/// A block of addresses, "10.0.0.0/8" or "2001:db8::/32"; a bare address is a block of one. Source: RFC 4632.
package struct CIDR: Hashable, Sendable, CustomStringConvertible {
  private let base: IPAddress
  private let prefix: Int

  /// Strict: bits beyond the prefix must be zero, because a typo there trusts other machines than meant.
  package init?(_ text: some StringProtocol) {
    let parts = text.split(separator: "/", omittingEmptySubsequences: false)
    guard let base = IPAddress(parts[0]), parts.count <= 2 else { return nil }
    let width = base.family == .v4 ? 32 : 128
    var prefix = width
    if parts.count == 2 {
      guard let given = Int(parts[1]), (0...width).contains(given), parts[1].utf8.allSatisfy(\.isDigit) else {
        return nil
      }
      prefix = given
    }
    self.base = base
    self.prefix = prefix
    let (high, low) = mask
    guard base.high & ~high == 0, base.low & ~low & (base.family == .v4 ? 0xFFFF_FFFF : .max) == 0 else { return nil }
  }

  package func contains(_ address: IPAddress) -> Bool {
    let (high, low) = mask
    return address.family == base.family && address.high & high == base.high && address.low & low == base.low
  }

  package var description: String { "\(base)/\(prefix)" }

  private var mask: (high: UInt64, low: UInt64) {
    if base.family == .v4 { return (0, 0xFFFF_FFFF << UInt64(32 - prefix) & 0xFFFF_FFFF) }
    // A shift by 64 or more gives 0 for Swift's smart shift, as wanted.
    return (.max << UInt64(max(0, 64 - prefix)), .max << UInt64(128 - max(prefix, 64)))
  }
}
