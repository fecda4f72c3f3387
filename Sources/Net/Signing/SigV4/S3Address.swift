/// Where a bucket's name stands in its URLs.
package enum S3Addressing: String, Sendable, CaseIterable {
  case path, virtual
  /// Virtual where a certificate and DNS allow it: a bucket without dots on a host that is a name.
  case auto
}

/// A bucket at an endpoint: the origin of its URLs, the `Host` they are signed with, the path before its keys.
package struct S3Address: Sendable {
  /// `https://bucket.s3.example.test:8443`, the port as it was given.
  package let origin: [UInt8]
  /// As the client will send it: without the scheme's default port.
  package let host: [UInt8]
  /// `/bucket`, or nothing where the host names the bucket.
  package let pathPrefix: [UInt8]
  /// The end of a canonical request that signs no field but `host`.
  let canonicalEnd: [UInt8]

  /// `endpoint` is `scheme://host[:port]`; nil means AWS itself. Nil if the endpoint is no such thing.
  package init?(endpoint: String?, region: String, bucket: String, addressing: S3Addressing) {
    let endpoint = endpoint ?? Self.awsEndpoint(region: region)
    guard let (scheme, name, port) = Self.parse(endpoint) else { return nil }
    let isVirtual =
      switch addressing {
      case .path: false
      case .virtual: true
      case .auto: !bucket.contains(".") && !Self.isAddress(name)
      }
    let authority = isVirtual ? "\(bucket).\(name)" : String(name)
    let defaultPort = scheme == "https" ? "443" : "80"
    origin = Array("\(scheme)://\(authority)\(port.map { ":\($0)" } ?? "")".utf8)
    let host = port == nil || port.map(String.init) == defaultPort ? authority : "\(authority):\(port!)"
    self.host = Array(host.utf8)
    canonicalEnd = Array("\nhost:\(host)\n\nhost\n\(SigV4Canonical.unsignedPayload)".utf8)
    var prefix: [UInt8] = []
    if !isVirtual {
      prefix.append(UInt8(ascii: "/"))
      PercentEncoding.append(bucket, to: &prefix)
    }
    pathPrefix = prefix
  }

  package func appendPath(of key: String?, to output: inout [UInt8]) {
    output.append(contentsOf: pathPrefix)
    if let key {
      output.append(UInt8(ascii: "/"))
      PercentEncoding.appendPath(key, to: &output)
    } else if pathPrefix.isEmpty {
      output.append(UInt8(ascii: "/"))
    }
  }

  private static func awsEndpoint(region: String) -> String {
    region == "us-east-1" ? "https://s3.amazonaws.com" : "https://s3.\(region).amazonaws.com"
  }

  private static func parse(_ endpoint: String) -> (scheme: Substring, name: Substring, port: Substring?)? {
    for scheme in ["https", "http"] where endpoint.hasPrefix("\(scheme)://") {
      var authority = endpoint.dropFirst(scheme.count + 3)
      if authority.hasSuffix("/") { authority.removeLast() }
      let colon = authority.lastIndex(of: ":").flatMap { authority[$0...].contains("]") ? nil : $0 }
      let name = authority[..<(colon ?? authority.endIndex)]
      let port = colon.map { authority[authority.index(after: $0)...] }
      guard !name.isEmpty, !authority.contains(where: { "/?#@ \"\\".contains($0) }),
        port.map({ UInt16($0) != nil }) ?? true
      else { return nil }
      return (endpoint.prefix(scheme.count), name, port)
    }
    return nil
  }

  private static func isAddress(_ name: Substring) -> Bool {
    name.hasPrefix("[") || name.allSatisfy { $0 == "." || ("0"..."9").contains($0) }
  }
}
