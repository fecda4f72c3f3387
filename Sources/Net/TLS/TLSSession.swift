internal import COpenSSL

/// One TLS connection as a machine on bytes: ciphertext in and out, plaintext in and out. It never touches a socket.
@safe package final class TLSSession {
  /// What a call has brought, in the order in which the owner acts on it.
  package struct Progress {
    package var plaintext: [UInt8] = []
    package var handshakeEnded = false
    /// The peer said that it sends no more (RFC 8446 §6.1).
    package var peerEnded = false
  }

  private let raw: OpaquePointer
  /// OWNERSHIP: both belong to `raw`, which frees them.
  private let incoming: OpaquePointer
  private let outgoing: OpaquePointer
  package private(set) var isEstablished = false
  private var waiting: [UInt8] = []

  /// - Parameter serverName: the client's: what SNI carries and the certificate must match. An address sends no SNI.
  package init(_ context: TLSContext, serverName: String? = nil) {
    unsafe raw = SSL_new(context.raw)
    unsafe incoming = BIO_new(BIO_s_mem())
    unsafe outgoing = BIO_new(BIO_s_mem())
    unsafe SSL_set_bio(raw, incoming, outgoing)
    if context.isServer {
      unsafe SSL_set_accept_state(raw)
    } else {
      unsafe SSL_set_connect_state(raw)
      if let serverName { expect(serverName) }
    }
  }

  deinit { unsafe SSL_free(raw) }

  private func expect(_ serverName: String) {
    let parameters = unsafe SSL_get0_param(raw)
    if unsafe X509_VERIFY_PARAM_set1_ip_asc(parameters, serverName) == 1 { return }
    unsafe X509_VERIFY_PARAM_set1_host(parameters, serverName, 0)
    unsafe _ = tls_set_server_name(raw, serverName)
  }

  /// The client's first flight: call it once, then send `takeCiphertext()`.
  package func begin() throws(TLSError) { _ = try advanceHandshake() }

  /// Takes what the socket read. Ciphertext may be due afterwards in any case.
  package func receive(_ ciphertext: Span<UInt8>) throws(TLSError) -> Progress {
    unsafe ciphertext.withUnsafeBufferPointer { bytes in
      unsafe _ = BIO_write(incoming, bytes.baseAddress, Int32(bytes.count))
    }
    var progress = Progress()
    if !isEstablished {
      guard try advanceHandshake() else { return progress }
      progress.handshakeEnded = true
      let early = waiting
      waiting = []
      try send(early.span)
    }
    try readPlaintext(into: &progress)
    return progress
  }

  /// Encrypts; before the handshake has ended, keeps the bytes until it has.
  package func send(_ plaintext: Span<UInt8>) throws(TLSError) {
    guard plaintext.count > 0 else { return }
    guard isEstablished else {
      for index in plaintext.indices { waiting.append(plaintext[index]) }
      return
    }
    let written = unsafe plaintext.withUnsafeBufferPointer { unsafe SSL_write(raw, $0.baseAddress, Int32($0.count)) }
    // A memory BIO takes everything: less is a broken session.
    guard written == Int32(plaintext.count) else { throw .record(reason: lastReason()) }
  }

  /// Queues the close_notify alert (RFC 8446 §6.1).
  package func end() {
    if isEstablished { unsafe SSL_shutdown(raw) }
  }

  /// What is to be written to the socket now.
  package func takeCiphertext() -> [UInt8] {
    let count = unsafe BIO_ctrl_pending(outgoing)
    guard count > 0 else { return [] }
    return unsafe [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
      filled = Int(unsafe BIO_read(outgoing, buffer.baseAddress, Int32(count)))
    }
  }

  private func advanceHandshake() throws(TLSError) -> Bool {
    ERR_clear_error()
    let status = unsafe SSL_do_handshake(raw)
    if status == 1 {
      isEstablished = true
      return true
    }
    guard unsafe SSL_get_error(raw, status) == SSL_ERROR_WANT_READ else { throw .handshake(reason: handshakeReason()) }
    return false
  }

  private func handshakeReason() -> String {
    let verification = unsafe SSL_get_verify_result(raw)
    guard verification != X509_V_OK else { return lastReason() }
    ERR_clear_error()
    return unsafe String(cString: X509_verify_cert_error_string(verification))
  }

  private func readPlaintext(into progress: inout Progress) throws(TLSError) {
    let record = 16 * 1024
    while true {
      ERR_clear_error()
      var status: Int32 = 0
      let chunk = unsafe [UInt8](unsafeUninitializedCapacity: record) { buffer, filled in
        status = unsafe SSL_read(raw, buffer.baseAddress, Int32(record))
        filled = Int(max(0, status))
      }
      if status > 0 {
        progress.plaintext = progress.plaintext.isEmpty ? chunk : progress.plaintext + chunk
        continue
      }
      switch unsafe SSL_get_error(raw, status) {
      case SSL_ERROR_WANT_READ: return
      case SSL_ERROR_ZERO_RETURN:
        progress.peerEnded = true
        return
      default: throw .record(reason: lastReason())
      }
    }
  }
}
