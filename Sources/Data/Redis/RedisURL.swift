package import Loop

/// Where a Redis is and how to sign in: `redis://[user[:password]@]host[:port][/database]`, `rediss://` for TLS, or
/// `unix:///path?db=0&password=…` for a socket.
package struct RedisURL: Equatable, Sendable {
  package var endpoint: Endpoint
  package var usesTLS = false
  package var user: String?
  package var password: String?
  package var database = 0

  /// What is wrong with the text, without the text: it may hold a password.
  package struct Malformed: Error, Equatable { package let reason: String }

  package init(_ text: String) throws(Malformed) {
    guard let colon = text.firstRange(of: "://") else { throw Malformed(reason: "has no scheme") }
    let rest = text[colon.upperBound...]
    switch text[..<colon.lowerBound].lowercased() {
    case "redis": try self.init(authority: rest, usesTLS: false)
    case "rediss": try self.init(authority: rest, usesTLS: true)
    case "unix", "redis+unix": try self.init(socket: rest)
    default: throw Malformed(reason: "the scheme is not redis, rediss or unix")
    }
  }

  private init(authority rest: Substring, usesTLS: Bool) throws(Malformed) {
    let parts = rest.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
    let path = parts[0].split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
    var host = path[0]
    endpoint = .unix(path: "")
    self.usesTLS = usesTLS
    if let at = host.lastIndex(of: "@") {
      try signIn(with: host[..<at])
      host = host[host.index(after: at)...]
    }
    endpoint = try Self.address(host)
    if path.count > 1, !path[1].isEmpty { database = try Self.database(path[1]) }
    if parts.count > 1 { try apply(query: parts[1]) }
  }

  private init(socket rest: Substring) throws(Malformed) {
    let parts = rest.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
    guard parts[0].hasPrefix("/") else { throw Malformed(reason: "a socket's path starts with /") }
    endpoint = .unix(path: try percentDecoded(parts[0]))
    if parts.count > 1 { try apply(query: parts[1]) }
  }

  private mutating func signIn(with credentials: Substring) throws(Malformed) {
    let parts = credentials.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
    if !parts[0].isEmpty { user = try percentDecoded(parts[0]) }
    if parts.count > 1 { password = try percentDecoded(parts[1]) }
  }

  private mutating func apply(query: Substring) throws(Malformed) {
    for item in query.split(separator: "&") {
      let pair = item.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      let value = pair.count > 1 ? pair[1] : ""
      switch pair[0] {
      case "db": database = try Self.database(value)
      case "user", "username": user = try percentDecoded(value)
      case "password": password = try percentDecoded(value)
      default: throw Malformed(reason: "unknown parameter \(pair[0])")
      }
    }
  }

  private static func address(_ text: Substring) throws(Malformed) -> Endpoint {
    var host = text
    var port: UInt16 = 6379
    if let colon = text.lastIndex(of: ":"), text[colon...].firstIndex(of: "]") == nil {
      guard let number = UInt16(text[text.index(after: colon)...]), number > 0 else {
        throw Malformed(reason: "the port is not 1 to 65535")
      }
      port = number
      host = text[..<colon]
    }
    if host.hasPrefix("["), host.hasSuffix("]") { host = host.dropFirst().dropLast() }
    guard !host.isEmpty else { throw Malformed(reason: "has no host") }
    return .tcp(host: String(host), port: port)
  }

  private static func database(_ text: Substring) throws(Malformed) -> Int {
    guard let number = Int(text), number >= 0 else { throw Malformed(reason: "the database is not a number") }
    return number
  }
}

private func percentDecoded(_ text: Substring) throws(RedisURL.Malformed) -> String {
  var bytes: [UInt8] = []
  var rest = text.utf8[...]
  while let byte = rest.popFirst() {
    guard byte == UInt8(ascii: "%") else {
      bytes.append(byte)
      continue
    }
    guard let decoded = UInt8(Substring(rest.prefix(2)), radix: 16), rest.count >= 2 else {
      throw .init(reason: "a % is not followed by two digits")
    }
    bytes.append(decoded)
    rest = rest.dropFirst(2)
  }
  return String(decoding: bytes, as: UTF8.self)
}
