package import Settings
package import TLS

/// How a role's public listener speaks. The names begin with the role: `EDGE_…`, `ORIGIN_…`.
package struct ListenerSettings: Sendable {
  /// `…_TLS_CERTIFICATES`: `chain.pem:key.pem`, or with `:staple.der` the authority's OCSP response beside them; commas
  /// between several. The first is for clients that name no server, the names on the others choose. None: plain HTTP.
  /// Read again at SIGHUP.
  ///
  /// `…_TLS_TICKET_KEYS`: a file of secrets that seal session tickets, shared by all nodes behind one name; by default
  /// random ones of this process.
  package let tls: ServerTLS?
  /// Where they are, and the setting that says so.
  package let certificates: [CertificateFiles]
  package let certificatesName: String
  /// `STRICT_TRANSPORT_SECURITY`: what browsers that came by TLS are told, `off` for nothing. Default a year, for all
  /// names below ours as well: `max-age=31536000; includeSubDomains; preload`.
  package let security: SecurityFields
  /// The same of a plain cache: unless it is set, what the origin says is passed on.
  package let securityPassingOn: SecurityFields

  /// Problems are left with the reader.
  package init(_ reader: SettingsReader, of role: String) {
    certificatesName = "\(role)_TLS_CERTIFICATES"
    certificates = reader.list(certificatesName).compactMap { [certificatesName] in
      Self.files($0, certificatesName, reader)
    }
    tls = Self.tls(certificates, certificatesName, tickets: "\(role)_TLS_TICKET_KEYS", reader)
    let stated = Self.transportSecurity(reader)
    let value = stated == "off" ? nil : stated
    security = stated == nil ? SecurityFields() : SecurityFields(transportSecurity: value)
    securityPassingOn = .passingOn(transportSecurity: value)
  }

  /// Takes over what another reading of the settings has found; nothing changes when this throws.
  package func replaceCertificates(with other: ListenerSettings) throws(SettingProblem) {
    if tls == nil, other.tls == nil { return }
    guard let tls, let new = other.tls else {
      throw SettingProblem(
        key: certificatesName, expected: tls == nil ? "none" : "one", hint: "TLS begins and ends with a restart")
    }
    tls.replace(with: new)
  }

  private static func tls(
    _ certificates: [CertificateFiles], _ name: String, tickets: String, _ reader: SettingsReader
  ) -> ServerTLS? {
    var current = tickets
    do throws(TLSError) {
      let keys = try reader.text(tickets).map { path throws(TLSError) in try TicketKeys(file: path) }
      current = name
      guard !certificates.isEmpty else { return nil }
      return ServerTLS(try TLSContext.server(certificates, tickets: keys ?? .ofProcess))
    } catch {
      guard case .file(let path, let reason) = error else { return nil }
      reader.report(
        SettingProblem(key: current, value: path, expected: "a file that can be used", hint: "it \(reason)"))
      return nil
    }
  }

  private static func files(_ text: String, _ name: String, _ reader: SettingsReader) -> CertificateFiles? {
    let paths = text.split(separator: ":", omittingEmptySubsequences: false).map(String.init)
    guard (2...3).contains(paths.count), !paths.contains("") else {
      reader.report(
        SettingProblem(key: name, value: text, expected: "chain.pem:key.pem or chain.pem:key.pem:staple.der"))
      return nil
    }
    return CertificateFiles(chain: paths[0], key: paths[1], staple: paths.count == 3 ? paths[2] : nil)
  }

  private static func transportSecurity(_ reader: SettingsReader) -> String? {
    let name = "STRICT_TRANSPORT_SECURITY"
    guard let text = reader.text(name) else { return nil }
    let isValue = text.hasPrefix("max-age=") && text.utf8.allSatisfy { (0x20...0x7E).contains($0) }
    if text != "off", !isValue {
      let expected = "off, or as max-age=31536000; includeSubDomains"
      reader.report(SettingProblem(key: name, value: text, expected: expected))
    }
    return text
  }
}
