internal import Glibc
package import TLS

/// A self-signed certificate for one host name, made with the openssl command.
package struct TestCertificate {
  package let certificate: CertificateFiles

  package static func make(for host: String) throws -> TestCertificate {
    var template = Array("/tmp/moviesnow-tls-XXXXXX".utf8CString)
    guard unsafe mkdtemp(&template) != nil else { throw DeadlinePassed(what: "a temporary folder") }
    let folder = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    let files = CertificateFiles(chain: "\(folder)/cert.pem", key: "\(folder)/key.pem")
    let status = unsafe system(
      """
      openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj /CN=\(host) \
      -addext subjectAltName=DNS:\(host) -keyout \(files.key) -out \(files.chain) 2>/dev/null
      """)
    guard status == 0 else { throw DeadlinePassed(what: "openssl req") }
    return TestCertificate(certificate: files)
  }
}
