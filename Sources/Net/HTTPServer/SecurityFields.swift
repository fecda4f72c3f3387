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
      if choice & 1 != 0, let transportSecurity { fields.append(.strictTransportSecurity, transportSecurity) }
      if choice & 2 != 0 { fields.append(.contentSecurityPolicy, "default-src 'none'; frame-ancestors 'none'") }
      if choice & 4 != 0 { fields.append(.crossOriginResourcePolicy, "same-origin") }
      return fields
    }
  }

  private init(choices: [Fields]) { self.choices = choices }

  /// Of a server that passes on what others answer, as they answer it: but for HSTS, since the TLS is its own.
  package static func passingOn(transportSecurity: String?) -> SecurityFields {
    var secure = Fields()
    if let transportSecurity { secure.append(.strictTransportSecurity, transportSecurity) }
    return SecurityFields(choices: (0..<8).map { $0 & 1 != 0 ? secure : Fields() })
  }

  /// The fields that are always ours: a proxied answer's own would stand beside them.
  package static let alwaysOurs: FieldNames = [
    "x-content-type-options", "x-frame-options", "referrer-policy", "permissions-policy",
    "cross-origin-opener-policy", "cross-origin-embedder-policy", "x-permitted-cross-domain-policies",
    .strictTransportSecurity,
  ]

  /// What they take at most, in bytes.
  var size: Int { choices[7].bytes.count }

  /// - Parameter fields: of the answer. A page of ours, or an answer of or for another origin, states its own policies
  ///   there.
  func fields(isSecure: Bool, besides fields: Fields) -> Fields {
    let transport = isSecure && !fields.contains(.strictTransportSecurity) ? 1 : 0
    let content = fields.contains(.contentSecurityPolicy) ? 0 : 2
    let resource = fields.contains(.crossOriginResourcePolicy) ? 0 : 4
    return choices[transport + content + resource]
  }
}
