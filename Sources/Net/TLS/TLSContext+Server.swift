internal import COpenSSL

/// What a server's context has beyond a client's.
struct ServerRole {
  let tickets: TicketKeys
  /// By ALPN, the best first.
  let protocols: [String]
  let staple: OCSPStaple?
  /// Of the other certificates, from which a client's server name chooses.
  var others: [TLSContext] = []
}

/// A server's side, as Mozilla's "intermediate" wants it (https://wiki.mozilla.org/Security/Server_Side_TLS, version
/// 5.7), without its suites of finite-field DHE, which no client of TLS 1.2 with ECDHE needs.
extension TLSContext {
  private static let suites = """
    ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-RSA-AES128-GCM-SHA256:ECDHE-ECDSA-AES256-GCM-SHA384:\
    ECDHE-RSA-AES256-GCM-SHA384:ECDHE-ECDSA-CHACHA20-POLY1305:ECDHE-RSA-CHACHA20-POLY1305
    """
  private static let groups = "X25519:P-256:P-384"

  /// - Parameter certificates: the first one is for clients that name no server, or one that is on none of them; the
  ///   others are chosen by the names on them, the first that matches.
  /// - Parameter protocols: by ALPN, the best first. A client that offers others only is refused (RFC 7301 §3.2).
  package static func server(
    _ certificates: [CertificateFiles], tickets: TicketKeys = .ofProcess, protocols: [String] = ["h2", "http/1.1"]
  ) throws(TLSError) -> TLSContext {
    var contexts: [TLSContext] = []
    for files in certificates.dropFirst() { contexts.append(try server(files, tickets, protocols, others: [])) }
    return try server(certificates[0], tickets, protocols, others: contexts)
  }

  private static func server(
    _ files: CertificateFiles, _ tickets: TicketKeys, _ protocols: [String], others: [TLSContext]
  ) throws(TLSError) -> TLSContext {
    let staple = try files.staple.map { path throws(TLSError) in try OCSPStaple(file: path) }
    let context = TLSContext(
      server: ServerRole(tickets: tickets, protocols: protocols, staple: staple, others: others))
    unsafe SSL_CTX_set_cipher_list(context.raw, suites)
    unsafe _ = tls_set_groups(context.raw, groups)
    unsafe tls_refuse_renegotiation(context.raw)
    unsafe tls_disable_session_cache(context.raw)
    unsafe SSL_CTX_set_timeout(context.raw, TicketKeyRing.lifetimeSeconds)
    try context.use(files)
    try context.requireValidity(of: files)
    context.answerExtensions()
    return context
  }

  /// The callbacks find us through the SSL_CTX; whoever has a session has its context.
  private func answerExtensions() {
    unsafe SSL_CTX_set_ex_data(raw, 0, Unmanaged.passUnretained(self).toOpaque())
    if server?.others.isEmpty == false {
      unsafe tls_on_server_name(raw) { session, _, _ in
        unsafe TLSContext.of(session).useCertificateNamed(in: session)
      }
    }
    unsafe SSL_CTX_set_alpn_select_cb(
      raw,
      { session, chosen, chosenCount, offered, offeredCount, _ in
        let offers = unsafe UnsafeBufferPointer(start: offered, count: Int(offeredCount))
        guard let range = unsafe TLSContext.of(session).choose(among: offers.span) else {
          return SSL_TLSEXT_ERR_ALERT_FATAL
        }
        unsafe chosen!.pointee = offered! + range.lowerBound
        unsafe chosenCount!.pointee = UInt8(range.count)
        return SSL_TLSEXT_ERR_OK
      }, nil)
    unsafe tls_on_status_request(raw) { session, _ in
      unsafe TLSContext.of(session).server?.staple?.attach(to: session) == true
        ? SSL_TLSEXT_ERR_OK : SSL_TLSEXT_ERR_NOACK
    }
    unsafe SSL_CTX_set_tlsext_ticket_key_evp_cb(raw) { session, name, iv, cipher, mac, isNew in
      let keys = unsafe TLSContext.of(session).server!.tickets
      return unsafe isNew == 1 ? keys.seal(name!, iv!, cipher, mac) : keys.open(name!, iv!, cipher, mac)
    }
  }

  private static func of(_ session: OpaquePointer?) -> TLSContext {
    unsafe Unmanaged<TLSContext>.fromOpaque(SSL_CTX_get_ex_data(SSL_get_SSL_CTX(session), 0)).takeUnretainedValue()
  }

  private func useCertificateNamed(in session: OpaquePointer?) -> Int32 {
    guard let name = unsafe SSL_get_servername(session, TLSEXT_NAMETYPE_host_name) else {
      return SSL_TLSEXT_ERR_NOACK
    }
    if unsafe isNamed(name) { return SSL_TLSEXT_ERR_OK }
    guard let other = server?.others.first(where: { unsafe $0.isNamed(name) }) else {
      return SSL_TLSEXT_ERR_NOACK
    }
    unsafe SSL_set_SSL_CTX(session, other.raw)
    return SSL_TLSEXT_ERR_OK
  }

  /// `*.films.example` is for one label: RFC 6125 §6.4.3.
  private func isNamed(_ name: UnsafePointer<CChar>) -> Bool {
    let flags = UInt32(X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS)
    return unsafe X509_check_host(SSL_CTX_get0_certificate(raw), name, 0, flags, nil) == 1
  }

  /// Where our best protocol stands in the client's list, each name of which follows its length (RFC 7301 §3.1).
  private func choose(among offers: Span<UInt8>) -> Range<Int>? {
    for name in server?.protocols ?? [] {
      var start = 1
      while start < offers.count {
        let end = start + Int(offers[start - 1])
        if end <= offers.count, (start..<end).map({ offers[$0] }) == Array(name.utf8) { return start..<end }
        start = end + 1
      }
    }
    return nil
  }
}
