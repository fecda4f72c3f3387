internal import HTTP

/// The names that this edge answers to; a request for another is refused before anything is looked up.
package struct TrustedHosts: Sendable {
  private var names: [[UInt8]] = []
  /// With the dot in front.
  private var domains: [[UInt8]] = []
  private var trustsAll = false

  /// Of names without ports: `films.example`, `*.films.example` for every name below it, `*` for any.
  package init(_ patterns: [String]) {
    for pattern in patterns.map({ $0.lowercased() }) {
      if pattern == "*" {
        trustsAll = true
      } else if pattern.hasPrefix("*.") {
        domains.append(Array(pattern.utf8.dropFirst()))
      } else {
        names.append(Array(pattern.utf8))
      }
    }
  }

  func trust(_ request: Request) -> Bool {
    if trustsAll { return true }
    guard let host = request.field(.host) else { return false }
    let name = host.span.extracting(0..<Self.nameCount(host.span))
    if names.contains(where: { name.equalsIgnoringCase($0.span) }) { return true }
    return domains.contains { domain in
      name.count > domain.count
        && name.extracting((name.count - domain.count)..<name.count).equalsIgnoringCase(domain.span)
    }
  }

  /// Up to the port; an IPv6 address ends with its bracket.
  private static func nameCount(_ host: Span<UInt8>) -> Int {
    if host.count > 0, host[0] == UInt8(ascii: "[") {
      return host.firstIndex(of: UInt8(ascii: "]")).map { $0 + 1 } ?? host.count
    }
    return host.firstIndex(of: UInt8(ascii: ":")) ?? host.count
  }
}
