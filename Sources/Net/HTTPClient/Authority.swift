package import Loop

/// A server as a client sees it: where to connect, whether with TLS, and the name to ask for.
package struct Authority: Hashable, Sendable, CustomStringConvertible {
  package let endpoint: Endpoint
  package let usesTLS: Bool
  /// The Host field: without the scheme's default port. Source: RFC 9110 §7.2.
  package let name: String

  package struct Malformed: Error, Equatable { package let reason: String }

  package init(host: String, port: UInt16? = nil, usesTLS: Bool = false) {
    let usual: UInt16 = usesTLS ? 443 : 80
    let written = host.contains(":") ? "[\(host)]" : host
    endpoint = .tcp(host: host, port: port ?? usual)
    name = port.map { $0 == usual ? written : "\(written):\($0)" } ?? written
    self.usesTLS = usesTLS
  }

  /// `http://host[:port]` or `https://…`; a path other than `/` is refused.
  package init(url: String) throws(Malformed) {
    let lowered = url.lowercased()
    let usesTLS = lowered.hasPrefix("https://")
    guard usesTLS || lowered.hasPrefix("http://") else { throw Malformed(reason: "the scheme is not http or https") }
    var rest = url.dropFirst(usesTLS ? 8 : 7)
    if rest.hasSuffix("/") { rest = rest.dropLast() }
    guard !rest.contains(where: { "/?#@".contains($0) }) else {
      throw Malformed(reason: "more than a scheme, a host and a port")
    }
    var port: UInt16?
    if let colon = rest.lastIndex(of: ":"), !rest[colon...].contains("]") {
      guard let number = UInt16(rest[rest.index(after: colon)...]), number > 0 else {
        throw Malformed(reason: "the port is not 1 to 65535")
      }
      port = number
      rest = rest[..<colon]
    }
    if rest.hasPrefix("["), rest.hasSuffix("]") { rest = rest.dropFirst().dropLast() }
    guard !rest.isEmpty else { throw Malformed(reason: "has no host") }
    self.init(host: String(rest), port: port, usesTLS: usesTLS)
  }

  package var description: String { "\(usesTLS ? "https" : "http")://\(name)" }
}
