internal import COpenSSL
internal import Glibc

/// PEM files: the certificate with its chain, leaf first, and its private key.
package struct CertificateFiles: Hashable, Sendable {
  package var chain: String
  package var key: String
  /// What the certificate's authority last said of it, in DER (RFC 6960): handed to clients that ask. Nil for nothing.
  package var staple: String?

  package init(chain: String, key: String, staple: String? = nil) {
    self.chain = chain
    self.key = key
    self.staple = staple
  }
}

extension CertificateFiles {
  /// Whole days until the leaf expires.
  package var daysLeft: Int {
    get throws(TLSError) {
      try requireReadable(chain)
      let file = unsafe BIO_new_file(chain, "r")
      defer { unsafe BIO_free(file) }
      guard let leaf = unsafe PEM_read_bio_X509(file, nil, nil, nil) else {
        throw .file(path: chain, reason: "holds no certificate in PEM (\(lastReason()))")
      }
      defer { unsafe X509_free(leaf) }
      return unsafe TLS.daysLeft(leaf)
    }
  }
}

/// Whole days until a certificate expires.
func daysLeft(_ certificate: OpaquePointer) -> Int {
  var days: Int32 = 0
  var seconds: Int32 = 0
  unsafe ASN1_TIME_diff(&days, &seconds, nil, X509_get0_notAfter(certificate))
  return Int(days)
}

extension TLSContext {
  func use(_ files: CertificateFiles) throws(TLSError) {
    try requireReadable(files.chain)
    guard unsafe SSL_CTX_use_certificate_chain_file(raw, files.chain) == 1 else {
      throw .file(path: files.chain, reason: "holds no certificate in PEM (\(lastReason()))")
    }
    let key = try unsafe privateKey(files.key)
    defer { unsafe EVP_PKEY_free(key) }
    guard unsafe SSL_CTX_use_PrivateKey(raw, key) == 1, unsafe SSL_CTX_check_private_key(raw) == 1 else {
      ERR_clear_error()
      throw .file(path: files.key, reason: "is not the key of \(files.chain)")
    }
  }

  private func privateKey(_ path: String) throws(TLSError) -> OpaquePointer {
    try requireReadable(path)
    let file = unsafe BIO_new_file(path, "r")
    defer { unsafe BIO_free(file) }
    // Nobody is there to type a passphrase.
    guard let key = unsafe PEM_read_bio_PrivateKey(file, nil, { _, _, _, _ in -1 }, nil) else {
      throw .file(path: path, reason: "holds no private key in PEM without a passphrase (\(lastReason()))")
    }
    return unsafe key
  }

  /// A server that nobody would believe does not start.
  func requireValidity(of files: CertificateFiles) throws(TLSError) {
    let certificate = unsafe SSL_CTX_get0_certificate(raw)
    let (first, last) = unsafe (X509_get0_notBefore(certificate), X509_get0_notAfter(certificate))
    if unsafe X509_cmp_current_time(first) > 0 {
      throw .file(path: files.chain, reason: "is valid only from \(unsafe text(of: first))")
    }
    if unsafe X509_cmp_current_time(last) < 0 {
      throw .file(path: files.chain, reason: "has expired on \(unsafe text(of: last))")
    }
  }
}

/// - Throws: what the system says of a file that cannot be read.
func requireReadable(_ path: String) throws(TLSError) {
  if unsafe access(path, R_OK) != 0 {
    throw .file(path: path, reason: "cannot be read: \(unsafe String(cString: strerror(errno)))")
  }
}

/// `2026-11-25 14:00:00 UTC`.
private func text(of time: UnsafePointer<ASN1_TIME>?) -> String {
  var parts = unsafe tm()
  unsafe ASN1_TIME_to_tm(time, &parts)
  var text = [CChar](repeating: 0, count: 32)
  unsafe strftime(&text, text.count, "%Y-%m-%d %H:%M:%S UTC", &parts)
  return String(decoding: text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
}
