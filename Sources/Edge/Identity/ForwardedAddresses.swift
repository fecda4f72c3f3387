internal import HTTP

/// The addresses that proxies have noted on a request's way, in the order in which they were passed. An element that
/// holds none, such as `unknown` or an invented name, is nil.
struct ForwardedAddresses {
  private let elements: [IPAddress?]

  /// What was written last, by whoever is nearest.
  var latestFirst: some Sequence<IPAddress?> { elements.reversed() }

  /// Nil when there is no such field. Source: none, a convention: `client, proxy, proxy`.
  init?(xForwardedFor fields: Fields) {
    guard let list = fields.combined(.xForwardedFor) else { return nil }
    elements = list.split(separator: ",", omittingEmptySubsequences: false).map { Self.address(in: $0.trimmed) }
  }

  /// Nil when there is no such field. Source: RFC 7239 §4. A comma within quotes makes elements of no address, which
  /// end the walk: that is safe.
  init?(forwarded fields: Fields) {
    guard let list = fields.combined(.forwarded) else { return nil }
    elements = list.split(separator: ",", omittingEmptySubsequences: false).map { element in
      let pairs = element.split(separator: ";").map(\.trimmed).filter { $0.lowercased().hasPrefix("for=") }
      // Two of them in one element are malformed.
      guard pairs.count == 1 else { return nil }
      return Self.address(in: pairs[0].dropFirst(4).unquoted)
    }
  }

  /// `192.0.2.1`, `192.0.2.1:4711`, `2001:db8::1`, `[2001:db8::1]` or `[2001:db8::1]:4711`.
  private static func address(in text: Substring) -> IPAddress? {
    if text.first == "[" {
      guard let end = text.firstIndex(of: "]") else { return nil }
      let rest = text[text.index(after: end)...]
      guard rest.isEmpty || isPort(rest) else { return nil }
      return IPAddress(text[text.index(after: text.startIndex)..<end])
    }
    if let address = IPAddress(text) { return address }
    guard let colon = text.lastIndex(of: ":"), isPort(text[colon...]) else { return nil }
    return IPAddress(text[..<colon])
  }

  private static func isPort(_ text: Substring) -> Bool { text.first == ":" && UInt16(text.dropFirst()) != nil }
}

extension Substring {
  fileprivate var trimmed: Substring {
    var rest = drop { $0 == " " || $0 == "\t" }
    while let last = rest.last, last == " " || last == "\t" { rest.removeLast() }
    return rest
  }

  /// Without the quotes that RFC 7239 wants around an IPv6 address.
  fileprivate var unquoted: Substring {
    guard count >= 2, first == "\"", last == "\"" else { return self }
    return dropFirst().dropLast()
  }
}
