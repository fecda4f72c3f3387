internal import Glibc
package import TLS

/// A self-signed certificate, made with the openssl command.
package struct TestCertificate {
  package let certificate: CertificateFiles

  /// - Parameter hosts: the names on it, `*.films.test` among them.
  /// - Parameter key: as `openssl req -newkey` takes it.
  package static func make(
    for hosts: String..., key: String = "ec -pkeyopt ec_paramgen_curve:prime256v1", days: Int = 2
  ) throws -> TestCertificate {
    let folder = try TemporaryFolder().path
    let names = hosts.map { "DNS:\($0)" }.joined(separator: ",")
    try openssl(
      """
      openssl req -x509 -newkey \(key) -nodes -days \(days) -subj '/CN=\(hosts[0])' \
      -addext 'subjectAltName=\(names)' -keyout key.pem -out cert.pem
      """, in: folder)
    return TestCertificate(certificate: CertificateFiles(chain: "\(folder)/cert.pem", key: "\(folder)/key.pem"))
  }

  /// The same key's, of another time: dates as 20200102000000Z.
  package func dated(from start: String, until end: String) throws -> TestCertificate {
    let folder = try TemporaryFolder().path
    try openssl(
      """
      printf '[ca]\\ndefault_ca=d\\n[d]\\ndatabase=index\\nrand_serial=yes\\nnew_certs_dir=.\\n' > ca
      printf 'default_md=sha256\\npolicy=p\\n[p]\\ncommonName=supplied\\n' >> ca; : > index
      openssl req -new -key \(certificate.key) -subj /CN=localhost -out request
      openssl ca -config ca -selfsign -batch -notext -keyfile \(certificate.key) -in request \
      -startdate \(start) -enddate \(end) -out cert.pem
      """, in: folder)
    return TestCertificate(certificate: CertificateFiles(chain: "\(folder)/cert.pem", key: certificate.key))
  }

  /// With an OCSP response beside it, which says that it is good (V) or revoked (R).
  package func stapled(status: String = "V") throws -> TestCertificate {
    let folder = try TemporaryFolder().path
    let revoked = status == "R" ? "200101000000Z" : ""
    try openssl(
      """
      serial=$(openssl x509 -in \(certificate.chain) -noout -serial | cut -d= -f2)
      printf '\(status)\\t401231000000Z\\t\(revoked)\\t%s\\tunknown\\t/CN=localhost\\n' $serial > index
      openssl ocsp -issuer \(certificate.chain) -cert \(certificate.chain) -no_nonce -reqout request.der
      openssl ocsp -index index -CA \(certificate.chain) -rsigner \(certificate.chain) -rkey \(certificate.key) \
      -reqin request.der -respout staple.der -ndays 2
      """, in: folder)
    var files = certificate
    files.staple = "\(folder)/staple.der"
    return TestCertificate(certificate: files)
  }

  /// Who vouches for it: it does itself.
  package var authority: String { certificate.chain }

  package var keyFile: String { certificate.key }

  /// Makes it the one that the folder's links name; returns how a setting names them.
  package func link(into folder: String) throws -> String {
    try openssl("ln -sf \(certificate.chain) chain.pem; ln -sf \(certificate.key) key.pem", in: folder)
    return "\(folder)/chain.pem:\(folder)/key.pem"
  }

  /// As a setting names it.
  package var setting: String {
    [certificate.chain, certificate.key, certificate.staple].compactMap { $0 }.joined(separator: ":")
  }
}

private func openssl(_ script: String, in folder: String) throws {
  let status = unsafe system("(set -e; cd '\(folder)'; \(script)\n) >/dev/null 2>&1")
  guard status == 0 else { throw DeadlinePassed(what: "openssl: \(script)") }
}
