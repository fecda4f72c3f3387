internal import Glibc
package import HTTPClient
package import HTTPServer
package import Loop
package import Monitoring
package import ObjectStore
package import PolicyHost
package import Redis
package import Settings
package import Signing

/// The edge's configuration. The names are those of the environment and of the YAML file alike.
package struct EdgeSettings: Sendable {
  /// `EDGE_LISTEN`: address and port. Default 127.0.0.1:8080.
  package var listen: Endpoint
  /// `REDIS_URL`: redis://, rediss:// or unix:// followed by the socket's path.
  package var redis: RedisURL
  /// `EDGE_ORIGIN_URL`: where all that the edge does not answer itself goes; without it, that is 404.
  package var origin: Authority?
  /// `EDGE_STATE_FOLDER`: where the last published state is kept, for a start while the origin is away. Default
  /// nowhere.
  package var stateFolder: String?
  /// `EDGE_NODE_ID`: this node's name among all edges, in the receipts of purges. Default the host's name and the port.
  package var nodeID: String?
  /// `EDGE_CACHE_BYTES`: what the answers that all workers keep may take together. Default 268435456 (256 MiB).
  package var cacheBytes: Int
  /// `TRUSTED_HOSTS`: the names that the edge answers to, `*.films.example` for all below one, `*` for any; 400 for
  /// others. Default localhost and 127.0.0.1.
  package var hosts: TrustedHosts
  /// `TRUSTED_PROXIES`: whose word on a request's client counts. Default none.
  package var clients: ClientResolver
  /// `PUBLIC_API_KEY`, `PUBLIC_API_KEY_SHA256`: as the origin has them; here they guard the answers that are kept.
  package var publicKeys: PublicKeys
  /// `EDGE_IDENTITY_KEYS`: comma-separated `id:secret`, 32 bytes or more each. The first one signs `Edge-Client`; an
  /// edge that has an origin needs one.
  package var identityKeys: [EdgeClientSignature.Key]
  /// The bucket whose objects are delivered: the `AWS_…` names.
  package var store: ObjectStoreSettings
  /// What decides which URLs are issued, and for how long: `POLICIES_FILE`, or `PLUGIN_FOLDER`, `DELIVERY_MIN_TTL` and
  /// `DELIVERY_MAX_TTL`. Read again at SIGHUP.
  package var policies: PolicyList
  /// `DELIVERY_DAILY_IP_QUOTA_BUNDLES`, `DELIVERY_DAILY_IP_QUOTA_DOWNLOADS`: URLs a client address a day.
  package var quota = DailyQuota.Limits()
  /// `BATCH_DOWNLOAD_MAX_ITEMS`: URLs that one batch may ask for. Default 50.
  package var batchItems: Int
  /// `ALLOW_ANON_TELEMETRY` and what else playback sessions record.
  package var telemetry: TelemetrySettings
  /// `FRONTEND_ORIGINS`: comma-separated origins whose pages may call us, with their users' cookies. Default none.
  package var crossOrigin: CrossOrigin
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
    let redis = reader.value("REDIS_URL", expected: "redis://host:6379/0, rediss:// or unix://<path>") {
      try? RedisURL($0)
    }
    let listen = reader.value(
      "EDGE_LISTEN", default: "127.0.0.1:8080", expected: "address:port, as 127.0.0.1:8080",
      Endpoint.init(listening:))
    origin =
      reader.text("EDGE_ORIGIN_URL") == nil
      ? nil : reader.value("EDGE_ORIGIN_URL", expected: "http(s)://host[:port]") { try? Authority(url: $0) }
    nodeID = reader.value("EDGE_NODE_ID", default: "", expected: "1 to 64 visible characters, as edge-fra-1") {
      $0.utf8.count <= 64 && $0.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F } ? $0 : nil
    }
    cacheBytes = reader.int("EDGE_CACHE_BYTES", default: 256 << 20, in: 1 << 20...1 << 40)
    hosts = TrustedHosts(reader.list("TRUSTED_HOSTS", default: ["localhost", "127.0.0.1"]))
    clients = ClientResolver(reader)
    publicKeys = PublicKeys(reader)
    identityKeys = reader.keyedSecrets("EDGE_IDENTITY_KEYS").map { id, secret in
      EdgeClientSignature.Key(id: id, secret: secret.bytes)
    }
    if origin != nil, reader.text("EDGE_IDENTITY_KEYS") == nil {
      let hint = "the origin tells what is published to whoever has one of its keys; make it with openssl rand -hex 32"
      reader.report(SettingProblem(key: "EDGE_IDENTITY_KEYS", expected: "id:secret beside EDGE_ORIGIN_URL", hint: hint))
    }
    stateFolder = Self.stateFolder(reader)
    store = ObjectStoreSettings(reader)
    policies = PolicyList(reader)
    quota.bundles = reader.int("DELIVERY_DAILY_IP_QUOTA_BUNDLES", default: quota.bundles, in: 0...1_000_000_000)
    quota.downloads = reader.int("DELIVERY_DAILY_IP_QUOTA_DOWNLOADS", default: quota.downloads, in: 0...1_000_000_000)
    batchItems = reader.int("BATCH_DOWNLOAD_MAX_ITEMS", default: 50, in: 1...1_000)
    telemetry = TelemetrySettings(reader)
    crossOrigin = CrossOrigin(reader)
    monitoring = MonitoringSettings(reader, of: .edge)
    workers = reader.int("EDGE_WORKERS", default: 1, in: 1...256)
    shutdownGrace = .seconds(reader.int("SHUTDOWN_GRACE_SECONDS", default: 10, in: 0...300))
    shutdownDelay = .seconds(reader.int("SHUTDOWN_DELAY_SECONDS", default: 0, in: 0...300))
    reader.refuseUnusedNames()
    guard reader.problems.isEmpty, let redis, let listen else { return nil }
    self.redis = redis
    self.listen = listen
  }

  private static func stateFolder(_ reader: SettingsReader) -> String? {
    let name = "EDGE_STATE_FOLDER"
    guard let folder = reader.text(name) else { return nil }
    if unsafe access(folder, W_OK | X_OK) == 0 { return folder }
    reader.report(SettingProblem(key: name, value: folder, expected: "a folder that this user may write to"))
    return nil
  }
}
