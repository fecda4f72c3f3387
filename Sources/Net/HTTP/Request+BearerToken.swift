extension Request {
  /// What stands behind `Bearer` in Authorization; nil for another scheme. Source: RFC 6750 §2.1; a scheme's case says
  /// nothing, RFC 9110 §11.1.
  package var bearerToken: String? {
    guard let field = fields.first(.authorization) else { return nil }
    let scheme = "bearer "
    guard field.prefix(scheme.count).lowercased() == scheme else { return nil }
    return String(field.dropFirst(scheme.count).drop { $0 == " " })
  }
}
