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
  private let bytes = SessionBytes()
  /// OpenSSL's callbacks need it while the handshake runs.
  private let context: TLSContext
  package private(set) var isEstablished = false
  private var waiting: [UInt8] = []
  /// Ciphertext taken and not seen as plaintext: what `SSL_read` may still give, and more.
  private var undecrypted = 0

  /// - Parameter serverName: the client's: what SNI carries and the certificate must match. An address sends no SNI.
  package init(_ context: TLSContext, serverName: String? = nil) {
    self.context = context
    unsafe raw = SSL_new(context.raw)
    let bio = unsafe bytes.makeBIO()
    unsafe SSL_set_bio(raw, bio, bio)
    if context.server != nil {
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

  /// What both sides chose by ALPN; nil before the handshake has ended, and of a client that offers nothing.
  package var applicationProtocol: String? {
    var (name, count) = unsafe (UnsafePointer<UInt8>?.none, UInt32(0))
    unsafe SSL_get0_alpn_selected(raw, &name, &count)
    return unsafe name.map { unsafe String(decoding: UnsafeBufferPointer(start: $0, count: Int(count)), as: UTF8.self) }
  }

  /// Whole days until the peer's certificate expires; nil while it has shown none.
  var peerDaysLeft: Int? {
    guard let leaf = unsafe SSL_get1_peer_certificate(raw) else { return nil }
    defer { unsafe X509_free(leaf) }
    return unsafe daysLeft(leaf)
  }

  /// The client's first flight: call it once, then send `takeCiphertext()`.
  package func begin() throws(TLSError) { _ = try advanceHandshake() }

  /// Takes what the socket read. Ciphertext may be due afterwards in any case.
  package func receive(_ ciphertext: Span<UInt8>) throws(TLSError) -> Progress {
    // A record of TLS never begins with a letter, a method of HTTP always does.
    if undecrypted == 0, !isEstablished, context.server != nil, ciphertext.count > 0,
      (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(ciphertext[0])
    {
      throw .plainHTTP
    }
    undecrypted += ciphertext.count
    return try bytes.reading(ciphertext) { () throws(TLSError) in
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
  }

  /// Encrypts; before the handshake has ended, keeps the bytes until it has.
  package func send(_ plaintext: Span<UInt8>) throws(TLSError) {
    guard plaintext.count > 0 else { return }
    guard isEstablished else {
      for index in plaintext.indices { waiting.append(plaintext[index]) }
      return
    }
    let written = unsafe plaintext.withUnsafeBufferPointer { unsafe SSL_write(raw, $0.baseAddress, Int32($0.count)) }
    // Our BIO takes everything: less is a broken session.
    guard written == Int32(plaintext.count) else { throw .record(reason: lastReason()) }
  }

  /// Queues the close_notify alert (RFC 8446 §6.1).
  package func end() {
    if isEstablished { unsafe SSL_shutdown(raw) }
  }

  /// What is to be written to the socket now.
  package func takeCiphertext() -> [UInt8] { bytes.takeOutgoing() }

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
    ERR_clear_error()
    var status: Int32 = 0
    progress.plaintext = unsafe [UInt8](unsafeUninitializedCapacity: undecrypted) { buffer, filled in
      // With no room left there is nothing left to decrypt, but the peer's end may show. OpenSSL is not asked for what
      // is not there: its "no" costs as much as a record.
      repeat {
        let room = unsafe UnsafeMutableBufferPointer(rebasing: buffer[filled...])
        status = unsafe SSL_read(raw, room.baseAddress, Int32(max(1, room.count)))
        filled += Int(max(0, status))
      } while unsafe status > 0 && (bytes.hasMore || SSL_has_pending(raw) == 1)
    }
    guard status <= 0 else { return undecrypted = 0 }
    if unsafe SSL_has_pending(raw) == 0 { undecrypted = 0 } else { undecrypted -= progress.plaintext.count }
    switch unsafe SSL_get_error(raw, status) {
    case SSL_ERROR_WANT_READ: return
    case SSL_ERROR_ZERO_RETURN: progress.peerEnded = true
    default: throw .record(reason: lastReason())
    }
  }
}
