internal import COpenSSL

/// Certificates and rules that many sessions share: TLS 1.2 and 1.3, no early data.
// The SSL_CTX is not changed after init, and OpenSSL counts its references atomically.
@safe package final class TLSContext: @unchecked Sendable {
  let raw: OpaquePointer
  /// Nil of a client.
  let server: ServerRole?

  init(server: ServerRole?) {
    self.server = server
    guard let raw = unsafe SSL_CTX_new(server == nil ? TLS_client_method() : TLS_server_method()) else {
      preconditionFailure("OpenSSL could not make a context: \(lastReason())")
    }
    unsafe self.raw = raw
    unsafe _ = tls_set_minimum_version(raw, TLS1_2_VERSION)
    unsafe tls_release_idle_buffers(raw)
    unsafe tls_disable_early_data(raw)
  }

  deinit { unsafe SSL_CTX_free(raw) }

  /// Verifies the peer against `caFile` (PEM), or the system's roots. The certificate is for mutual TLS.
  package static func client(
    caFile: String? = nil, certificate: CertificateFiles? = nil
  ) throws(TLSError) -> TLSContext {
    let context = TLSContext(server: nil)
    unsafe SSL_CTX_set_verify(context.raw, SSL_VERIFY_PEER, nil)
    if let caFile {
      guard unsafe SSL_CTX_load_verify_locations(context.raw, caFile, nil) == 1 else {
        throw .file(path: caFile, reason: lastReason())
      }
    } else {
      unsafe SSL_CTX_set_default_verify_paths(context.raw)
    }
    if let certificate { try context.use(certificate) }
    return context
  }
}
