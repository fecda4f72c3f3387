internal import HTTP
internal import HTTPServer
internal import Settings

/// What one client may take of the edge. A client is an address, or the /64 of an IPv6 address; none of this machine's
/// own, nor of `TRUSTED_PROXIES` itself, is ever limited.
package struct ClientLimits: Sendable {
  /// `EDGE_MAX_CONNECTIONS`: clients' connections at once, all workers together; more are closed. Default 16000.
  package var connections: Int
  /// `EDGE_CLIENT_CONNECTIONS`: how many of them one client may have, 0 for any number; more are closed. Default 1000.
  ///
  /// `EDGE_PROXY_PROTOCOL_FROM`: load balancers, as 10.0.0.0/8, that begin each connection with a header of the PROXY
  /// protocol, version 2, and must. What others send of it is never read. Default none.
  let admission: Admission
  /// `EDGE_CLIENT_REQUESTS`: requests a second of one client that each worker answers, 0 for any number; more are 429.
  /// Default 1000.
  let requests: Int
  /// `EDGE_HEAD_BYTES`, `EDGE_HTTP2_…` and `EDGE_…_SECONDS`: what one message and one connection may hold.
  private let wire: Limits

  /// Problems are left with the reader.
  init(_ reader: SettingsReader, _ clients: ClientResolver) {
    connections = reader.int("EDGE_MAX_CONNECTIONS", default: 16_000, in: 16...10_000_000)
    requests = reader.int("EDGE_CLIENT_REQUESTS", default: 1_000, in: 0...1_000_000)
    let perClient = reader.int("EDGE_CLIENT_CONNECTIONS", default: 1_000, in: 0...10_000_000)
    var admission = Admission()
    if perClient > 0 { admission.connections = ClientConnections(most: perClient) }
    admission.uncounted = clients.proxies
    admission.announcing = reader.networks("EDGE_PROXY_PROTOCOL_FROM")
    self.admission = admission
    wire = Limits(reader)
  }

  /// What is not a client's: the origin's connections, Redis's, files.
  private static let otherFiles = 1_024

  /// What the process may have to have open at once.
  package var openFiles: Int { connections + Self.otherFiles }

  /// What is one worker's of it.
  func ofWorker(_ workers: Int) -> Limits {
    var limits = wire
    limits.connections = max(1, connections / workers)
    return limits
  }

  /// Takes no more connections than the process may have files open, with some left for what is not a client's.
  /// - Returns: what the operator is to be told when that is less than he wants.
  package mutating func fit(openFiles: Int) -> String? {
    guard self.openFiles > openFiles else { return nil }
    let wanted = connections
    connections = max(16, openFiles - Self.otherFiles)
    return """
      EDGE_MAX_CONNECTIONS: \(wanted) take \(wanted + Self.otherFiles) open files, and the system allows \(openFiles) \
      (ulimit -Hn, LimitNOFILE): the edge takes \(connections)
      """
  }
}

extension Limits {
  /// `EDGE_HEAD_BYTES`: of a request's line and fields; more is 431. Clients of HTTP/2 are told as much in
  /// SETTINGS_MAX_HEADER_LIST_SIZE. Default 16384.
  ///
  /// `EDGE_HTTP2_STREAMS`: requests at once on one connection. More are refused until the client knows, and then end
  /// the connection. Default 100.
  ///
  /// `EDGE_HTTP2_RESETS`: streams a second that one connection may open and reset, five seconds' worth at once.
  /// Default 20.
  ///
  /// `EDGE_HTTP2_IDLE_FRAMES`: frames a second that carry nothing forward, such as PING, SETTINGS and empty ones, ten
  /// seconds' worth at once. Default 20.
  ///
  /// Whoever goes beyond one of the last two loses the connection.
  ///
  /// `EDGE_HANDSHAKE_SECONDS`: for a TLS handshake, or a balancer's header. Default 10.
  ///
  /// `EDGE_HEAD_SECONDS`: for a head from its first byte, and for the first settings of HTTP/2. Default 10.
  ///
  /// `EDGE_CONTENT_SECONDS`: for content, and one more for each 1 024 bytes of it. Default 30.
  ///
  /// `EDGE_IDLE_SECONDS`: without a request. Default 75.
  ///
  /// `EDGE_SEND_SECONDS`: for a client to take what it has asked for, and one more for each 1 024 bytes of it.
  /// Default 30.
  ///
  /// Problems are left with the reader.
  fileprivate init(_ reader: SettingsReader) {
    self.init()
    handshakeTimeout = .seconds(reader.int("EDGE_HANDSHAKE_SECONDS", default: 10, in: 1...600))
    headTimeout = .seconds(reader.int("EDGE_HEAD_SECONDS", default: 10, in: 1...600))
    contentTimeout = .seconds(reader.int("EDGE_CONTENT_SECONDS", default: 30, in: 1...3_600))
    idleTimeout = .seconds(reader.int("EDGE_IDLE_SECONDS", default: 75, in: 1...3_600))
    writeTimeout = .seconds(reader.int("EDGE_SEND_SECONDS", default: 30, in: 1...3_600))
    limit(head: reader.int("EDGE_HEAD_BYTES", default: head.headSize, in: 4_096...262_144))
    http2.streams = UInt32(reader.int("EDGE_HTTP2_STREAMS", default: Int(http2.streams), in: 1...1_000))
    let resets = reader.int("EDGE_HTTP2_RESETS", default: http2.resets.perSecond, in: 1...10_000)
    http2.resets = Allowance.Rate(burst: 5 * resets, perSecond: resets)
    let idleFrames = reader.int("EDGE_HTTP2_IDLE_FRAMES", default: http2.idleFrames.perSecond, in: 1...10_000)
    http2.idleFrames = Allowance.Rate(burst: 10 * idleFrames, perSecond: idleFrames)
  }
}
