internal import Glibc
package import HTTPServer
package import ObjectStore
package import Redis
internal import Settings
package import Signing

/// What an edge that delivers films needs besides its cache. The names are those of `EdgeSettings`' file.
package struct DeliverySettings: Sendable {
  /// `REDIS_URL`: redis://, rediss:// or unix:// followed by the socket's path.
  package var redis: RedisURL
  /// `EDGE_STATE_FOLDER`: where the last published state is kept, for a start while the origin is away. Default
  /// nowhere.
  package var stateFolder: String?
  /// `EDGE_NODE_ID`: this node's name among all edges, in the receipts of purges. Default the host's name and the port.
  package var nodeID: String?
  /// `PUBLIC_API_KEY`, `PUBLIC_API_KEY_SHA256`: as the origin has them; here they guard the answers that are kept.
  package var publicKeys: PublicKeys
  /// `EDGE_IDENTITY_KEYS`: comma-separated `id:secret`, 32 bytes or more each. The first one signs `Edge-Client`; an
  /// edge that has an origin needs one.
  package var identityKeys: [EdgeClientSignature.Key]
  /// The bucket whose objects are delivered: the `AWS_…` names.
  package var store: ObjectStoreSettings
  /// `DELIVERY_REQUIRE_TOKEN`: patterns of the keys whose URLs only a one-time token buys; 401 without one. `*` stands
  /// for a part of a segment, `**` for anything. Default none.
  package var tokenRequirement: TokenRequirement
  /// `DELIVERY_DAILY_IP_QUOTA_BUNDLES`, `DELIVERY_DAILY_IP_QUOTA_DOWNLOADS`: URLs a client address a day,
  /// an IPv6 network of 64 bits counting as one.
  package var quota = DailyQuota.Limits()
  /// `BATCH_DOWNLOAD_MAX_ITEMS`: URLs that one batch may ask for. Default 50.
  package var batchItems: Int
  /// `ALLOW_ANON_TELEMETRY` and what else playback sessions record.
  package var telemetry: TelemetrySettings
  /// `FRONTEND_ORIGINS`: comma-separated origins whose pages may call us, with their users' cookies. Default none.
  package var crossOrigin: CrossOrigin

  /// Problems are left with the reader; nil when it found one that leaves nothing to go on with.
  /// - Parameter hasOrigin: and so the keys that its origin knows it by.
  init?(_ reader: SettingsReader, hasOrigin: Bool) {
    let redis = reader.value("REDIS_URL", expected: "redis://host:6379/0, rediss:// or unix://<path>") {
      try? RedisURL($0)
    }
    publicKeys = PublicKeys(reader)
    identityKeys = reader.keyedSecrets("EDGE_IDENTITY_KEYS").map { id, secret in
      EdgeClientSignature.Key(id: id, secret: secret.bytes)
    }
    if hasOrigin, reader.text("EDGE_IDENTITY_KEYS") == nil {
      let hint = "the origin tells what is published to whoever has one of its keys; make it with openssl rand -hex 32"
      reader.report(SettingProblem(key: "EDGE_IDENTITY_KEYS", expected: "id:secret beside EDGE_ORIGIN_URL", hint: hint))
    }
    stateFolder = reader.writableFolder("EDGE_STATE_FOLDER")
    nodeID = reader.value("EDGE_NODE_ID", default: "", expected: "1 to 64 visible characters, as edge-fra-1") {
      $0.utf8.count <= 64 && $0.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F } ? $0 : nil
    }
    store = ObjectStoreSettings(reader)
    // A player waits meanwhile.
    store.deadline = .seconds(3)
    tokenRequirement = TokenRequirement(reader)
    quota.bundles = reader.int("DELIVERY_DAILY_IP_QUOTA_BUNDLES", default: quota.bundles, in: 0...1_000_000_000)
    quota.downloads = reader.int("DELIVERY_DAILY_IP_QUOTA_DOWNLOADS", default: quota.downloads, in: 0...1_000_000_000)
    batchItems = reader.int("BATCH_DOWNLOAD_MAX_ITEMS", default: 50, in: 1...1_000)
    telemetry = TelemetrySettings(reader)
    crossOrigin = CrossOrigin(reader)
    guard let redis else { return nil }
    self.redis = redis
  }
}
