package import HTTP

/// The fields that every answer carries, errors too. A browser that opens one of our answers may do nothing with it.
package struct SecurityFields: Sendable {
  /// All that an answer may need of them, each rendered once: see `fields`.
  private let choices: [Fields]

  /// - transportSecurity: the value of HSTS, which only a TLS connection carries (RFC 6797 §7.2); nil sends none.
  package init(transportSecurity: String? = "max-age=31536000; includeSubDomains; preload") {
    choices = (0..<8).map { choice in
      var fields = Fields()
      fields.append("x-content-type-options", "nosniff")
      fields.append("x-frame-options", "DENY")
      fields.append("referrer-policy", "no-referrer")
      fields.append("permissions-policy", "camera=(), geolocation=(), microphone=(), payment=(), usb=()")
      fields.append("cross-origin-opener-policy", "same-origin")
      fields.append("cross-origin-embedder-policy", "require-corp")
      fields.append("x-permitted-cross-domain-policies", "none")
      if choice & 1 != 0, let transportSecurity { fields.append("strict-transport-security", transportSecurity) }
      if choice & 2 != 0 { fields.append(.contentSecurityPolicy, "default-src 'none'; frame-ancestors 'none'") }
      if choice & 4 != 0 { fields.append(.crossOriginResourcePolicy, "same-origin") }
      return fields
    }
  }

  private init(choices: [Fields]) { self.choices = choices }

  /// Of a server that passes on what others answer, as they answer it.
  package static let none = SecurityFields(choices: Array(repeating: Fields(), count: 8))

  /// The fields that are always ours: a proxied answer's own would stand beside them.
  package static let alwaysOurs: FieldNames = [
    "x-content-type-options", "x-frame-options", "referrer-policy", "permissions-policy",
    "cross-origin-opener-policy", "cross-origin-embedder-policy", "x-permitted-cross-domain-policies",
    "strict-transport-security",
  ]

  /// What they take at most, in bytes.
  var size: Int { choices[7].bytes.count }

  /// - Parameter fields: of the answer. A page of ours, or an answer for another origin, states its own policies there.
  func fields(isSecure: Bool, besides fields: Fields) -> Fields {
    let content = fields.contains(.contentSecurityPolicy) ? 0 : 2
    let resource = fields.contains(.crossOriginResourcePolicy) ? 0 : 4
    return choices[(isSecure ? 1 : 0) + content + resource]
  }
}
