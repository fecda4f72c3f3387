package import HTTPClient
package import HTTPServer
package import Loop
package import Monitoring
package import PolicyHost
package import Settings

/// The edge's configuration. The names are those of the environment and of the YAML file alike.
package struct EdgeSettings: Sendable {
  package enum Mode: String, CaseIterable, Sendable { case delivery, cache }

  /// `EDGE_LISTEN`: address and port. Default 127.0.0.1:8080.
  package var listen: Endpoint
  /// `EDGE_TLS_CERTIFICATES` and what else the listener does for TLS.
  package var listener: ListenerSettings
  /// `EDGE_REDIRECT_LISTEN`: address and port where plain HTTP is answered with a redirect to the same under https.
  /// Default none.
  package var redirect: Endpoint?
  /// `EDGE_MAX_CONNECTIONS` and what one client may take.
  package var limits: ClientLimits
  /// What `EDGE_MODE: delivery`, the default, takes besides. Nil with `EDGE_MODE: cache`: a plain cache before any HTTP
  /// origin, with no route of its own, which needs nothing but the origin's address.
  package var delivery: DeliverySettings?
  /// `EDGE_ORIGIN_URL`: where all that the edge does not answer itself goes; without it, that is 404. A cache needs it.
  package var origin: Authority?
  /// `EDGE_ORIGIN_TIMEOUT_SECONDS`: how long the origin may take until its answer begins; then it is 504. Default 30.
  package var originTimeout: Duration
  /// `EDGE_CACHE_BYTES`: what the answers that all workers keep may take together. Default 268435456 (256 MiB).
  package var cacheBytes: Int
  /// `EDGE_CACHE_FOLDER`: where answers are kept that are too large for memory, also for the next start. Default
  /// nowhere.
  package var cacheFolder: String?
  /// `EDGE_CACHE_DISK_BYTES`: what they may take there. Default 10737418240 (10 GiB).
  package var cacheDiskBytes: Int
  /// `EDGE_CACHE_HEURISTIC_PERCENT`: of the time since an answer's last change, for which one that states no lifetime
  /// counts as fresh, a day at most. Default 0: none is guessed.
  package var cacheHeuristicPercent: Int
  /// `EDGE_CACHE_STALE_SECONDS`: how long beyond its freshness an answer that does not say may be given while the
  /// origin cannot be reached. Default 60.
  package var cacheStale: Duration
  /// `TRUSTED_HOSTS`: the names that the edge answers to, `*.films.example` for all below one, `*` for any; 400 for
  /// others. Default localhost and 127.0.0.1; of a cache any.
  package var hosts: TrustedHosts
  /// `TRUSTED_PROXIES`: whose word on a request's client counts. Default none.
  package var clients: ClientResolver
  /// What decides which URLs are issued, and for how long: `POLICIES_FILE`, or `PLUGIN_FOLDER`, `DELIVERY_MIN_TTL` and
  /// `DELIVERY_MAX_TTL`. Read again at SIGHUP. A cache has none.
  package var policies: PolicyList
  package var monitoring: MonitoringSettings
  /// `EDGE_WORKERS`: threads, each with its own listener and connections. Default 1.
  package var workers: Int
  /// `SHUTDOWN_GRACE_SECONDS`: how long requests in flight may take after SIGTERM. Default 10.
  package var shutdownGrace: Duration
  /// `SHUTDOWN_DELAY_SECONDS`: how long before that, not ready any more, new requests are still taken: as long as the
  /// load balancer needs to notice. Default 0.
  package var shutdownDelay: Duration

  /// Problems are left with the reader, so that all of them are told at once; nil when it found one.
  package init?(_ reader: SettingsReader) {
    let mode = reader.choice("EDGE_MODE", default: Mode.delivery)
    let listen = reader.value(
      "EDGE_LISTEN", default: "127.0.0.1:8080", expected: "address:port, as 127.0.0.1:8080",
      Endpoint.init(listening:))
    listener = ListenerSettings(reader, of: "EDGE")
    redirect = Self.redirect(reader)
    origin =
      reader.text("EDGE_ORIGIN_URL") == nil && mode == .delivery
      ? nil : reader.value("EDGE_ORIGIN_URL", expected: "http(s)://host[:port]") { try? Authority(url: $0) }
    originTimeout = .seconds(reader.int("EDGE_ORIGIN_TIMEOUT_SECONDS", default: 30, in: 1...600))
    cacheBytes = reader.int("EDGE_CACHE_BYTES", default: 256 << 20, in: 1 << 20...1 << 40)
    cacheFolder = reader.writableFolder("EDGE_CACHE_FOLDER")
    cacheDiskBytes = reader.int("EDGE_CACHE_DISK_BYTES", default: 10 << 30, in: 64 << 20...1 << 50)
    cacheHeuristicPercent = reader.int("EDGE_CACHE_HEURISTIC_PERCENT", default: 0, in: 0...100)
    cacheStale = .seconds(reader.int("EDGE_CACHE_STALE_SECONDS", default: 60, in: 0...604_800))
    hosts = TrustedHosts(reader.list("TRUSTED_HOSTS", default: mode == .cache ? ["*"] : ["localhost", "127.0.0.1"]))
    clients = ClientResolver(reader)
    limits = ClientLimits(reader, clients)
    delivery = mode == .delivery ? DeliverySettings(reader, hasOrigin: origin != nil) : nil
    policies = mode == .delivery ? PolicyList(reader) : .none
    monitoring = MonitoringSettings(reader, of: .edge)
    workers = reader.int("EDGE_WORKERS", default: 1, in: 1...256)
    shutdownGrace = .seconds(reader.int("SHUTDOWN_GRACE_SECONDS", default: 10, in: 0...300))
    shutdownDelay = .seconds(reader.int("SHUTDOWN_DELAY_SECONDS", default: 0, in: 0...300))
    reader.refuseUnusedNames()
    guard reader.problems.isEmpty, let listen else { return nil }
    self.listen = listen
  }

  /// New connections get the certificates of another reading of the settings; nothing changes when this throws.
  package func replaceCertificates(with other: EdgeSettings) throws(SettingProblem) {
    try listener.replaceCertificates(with: other.listener)
  }

  private static func redirect(_ reader: SettingsReader) -> Endpoint? {
    let name = "EDGE_REDIRECT_LISTEN"
    guard reader.text(name) != nil else { return nil }
    if reader.list("EDGE_TLS_CERTIFICATES").isEmpty {
      reader.report(SettingProblem(key: name, expected: "nothing without EDGE_TLS_CERTIFICATES"))
    }
    return reader.value(name, expected: "address:port, as 0.0.0.0:80", Endpoint.init(listening:))
  }
}
