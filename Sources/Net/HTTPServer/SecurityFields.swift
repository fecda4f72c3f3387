package import HTTP

/// The fields that every answer carries, errors too. A browser that opens one of our answers may do nothing with it.
package struct SecurityFields: Sendable {
  /// Over either kind of connection, then with the two policies behind it, as most answers carry them.
  private let plain: [UInt8]
  private let secure: [UInt8]
  private let plainWhole: [UInt8]
  private let secureWhole: [UInt8]
  private let contentPolicy: [UInt8]
  private let resourcePolicy: [UInt8]

  /// - transportSecurity: the value of HSTS, which only a TLS connection carries (RFC 6797 §7.2); nil sends none.
  package init(transportSecurity: String? = "max-age=31536000; includeSubDomains; preload") {
    // It follows the trace, whose line it ends.
    let always = """
      \r\nx-content-type-options: nosniff\r\nx-frame-options: DENY\r\nreferrer-policy: no-referrer\r\n\
      permissions-policy: camera=(), geolocation=(), microphone=(), payment=(), usb=()\r\n\
      cross-origin-opener-policy: same-origin\r\ncross-origin-embedder-policy: require-corp\r\n\
      x-permitted-cross-domain-policies: none\r\n
      """
    self.init(
      always, secure: transportSecurity.map { "strict-transport-security: \($0)\r\n" } ?? "",
      contentPolicy: "content-security-policy: default-src 'none'; frame-ancestors 'none'\r\n",
      resourcePolicy: "cross-origin-resource-policy: same-origin\r\n")
  }

  /// Of a server that passes on what others answer, as they answer it.
  package static let none = SecurityFields("\r\n", secure: "", contentPolicy: "", resourcePolicy: "")

  private init(_ always: String, secure more: String, contentPolicy: String, resourcePolicy: String) {
    plain = Array(always.utf8)
    secure = plain + Array(more.utf8)
    self.contentPolicy = Array(contentPolicy.utf8)
    self.resourcePolicy = Array(resourcePolicy.utf8)
    plainWhole = plain + self.contentPolicy + self.resourcePolicy
    secureWhole = secure + self.contentPolicy + self.resourcePolicy
  }

  /// The fields that are always ours: a proxied answer's own would stand beside them.
  package static let alwaysOurs: FieldNames = [
    "x-content-type-options", "x-frame-options", "referrer-policy", "permissions-policy",
    "cross-origin-opener-policy", "cross-origin-embedder-policy", "x-permitted-cross-domain-policies",
    "strict-transport-security",
  ]

  /// What they take at most, in bytes.
  var size: Int { secureWhole.count }

  /// A page of ours, or an answer for another origin, states its own policy among its fields.
  func append(to head: inout OutputSpan<UInt8>, isSecure: Bool, besides fields: Fields) {
    let statesContent = fields.contains(.contentSecurityPolicy)
    let statesResource = fields.contains(.crossOriginResourcePolicy)
    if !statesContent, !statesResource { return head.append(isSecure ? secureWhole : plainWhole) }
    head.append(isSecure ? secure : plain)
    if !statesContent { head.append(contentPolicy) }
    if !statesResource { head.append(resourcePolicy) }
  }
}
