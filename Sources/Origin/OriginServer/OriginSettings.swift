package import Accounts
package import Bundles
package import Catalog
package import HTTPServer
package import Loop
package import Monitoring
package import ObjectStore
package import PolicyHost
package import Postgres
package import Redis
package import Settings
package import Signing

/// The origin's configuration. The names are those of the environment and of the YAML file alike.
package struct OriginSettings: Sendable {
  /// `ORIGIN_LISTEN`: address and port. Default 127.0.0.1:8081.
  package var listen = Endpoint.tcp(host: "127.0.0.1", port: 8081)
  /// `ORIGIN_TLS_CERTIFICATES` and what else the listener does for TLS.
  package var listener: ListenerSettings
  /// `DATABASE_URL`: postgresql:// and libpq's parameters.
  package var database: PostgresSettings
  /// `REDIS_URL`: redis://, rediss:// or unix:// followed by the socket's path.
  package var redis: RedisURL
  package var catalog: CatalogSettings
  package var bundles: BundlesSettings
  /// The bucket that bundles are uploaded to: the `AWS_…` names, as the edge's.
  package var store: ObjectStoreSettings
  /// What decides which keys tokens are minted for: the names of the edge's policies, and best their values. Read again
  /// at SIGHUP.
  package var policies: PolicyList
  package var accounts: AccountsSettings
  /// `MAIL_FOLDER`: writes mail there as .eml files instead of sending it.
  package var mailFolder: String?
  /// `SMTP_URL`: smtp://host:port or smtps://; without it and `MAIL_FOLDER` mail waits in the outbox.
  package var smtp: String?
  /// `PUBLIC_API_KEY`, `PUBLIC_API_KEY_SHA256`: what callers of the public routes must send; none leaves these open.
  package var publicKeys = PublicKeys()
  /// `EDGE_IDENTITY_KEYS`: the edges', comma-separated `id:secret`. Who they say a request's client is, is believed;
  /// without keys the socket's peer is the client.
  package var identityKeys: [EdgeClientSignature.Key] = []
  /// `AUTH_FAIL_OPEN`: signing in goes on while Redis, which counts the tries at an account, is away. Default false: it
  /// is a 503 then.
  package var attemptsFailOpen = false
  /// `FRONTEND_ORIGINS`: comma-separated origins whose pages may call us, with their users' cookies. Default none.
  package var crossOrigin: CrossOrigin
  package var monitoring: MonitoringSettings
  /// `ENABLE_DOCS`: /openapi.json, and the page /docs that shows it.
  package var servesDocs = false
  /// `SHUTDOWN_GRACE_SECONDS`: how long requests in flight may take after SIGTERM. Default 10.
  package var shutdownGrace = Duration.seconds(10)
  /// `SHUTDOWN_DELAY_SECONDS`: how long before that, not ready any more, new requests are still taken: as long as the
  /// load balancer needs to notice. Default 0.
  package var shutdownDelay = Duration.zero

  /// Problems are left with the reader, so that all of them are told at once; nil when it found one.
  package init?(_ reader: SettingsReader) {
    let database = Self.database(reader)
    let redis = reader.value("REDIS_URL", expected: "redis://host:6379/0, rediss:// or unix://<path>") {
      try? RedisURL($0)
    }
    let listen = reader.value(
      "ORIGIN_LISTEN", default: "127.0.0.1:8081", expected: "address:port, as 127.0.0.1:8081",
      Endpoint.init(listening:))
    listener = ListenerSettings(reader, of: "ORIGIN")
    publicKeys = PublicKeys(reader)
    identityKeys = reader.keyedSecrets("EDGE_IDENTITY_KEYS").map { EdgeClientSignature.Key(id: $0, secret: $1.bytes) }
    attemptsFailOpen = reader.flag("AUTH_FAIL_OPEN", default: false)
    crossOrigin = CrossOrigin(reader)
    monitoring = MonitoringSettings(reader, of: .origin)
    servesDocs = reader.flag("ENABLE_DOCS", default: false)
    shutdownGrace = .seconds(reader.int("SHUTDOWN_GRACE_SECONDS", default: 10, in: 0...300))
    shutdownDelay = .seconds(reader.int("SHUTDOWN_DELAY_SECONDS", default: 0, in: 0...300))
    catalog = CatalogSettings(reader)
    bundles = BundlesSettings(reader)
    store = ObjectStoreSettings(reader)
    policies = PolicyList(reader)
    accounts = Self.accounts(reader)
    mailFolder = reader.text("MAIL_FOLDER")
    smtp = reader.text("SMTP_URL")
    reader.refuseUnusedNames()
    guard reader.problems.isEmpty, let database, let redis, let listen else { return nil }
    self.database = database
    self.redis = redis
    self.listen = listen
  }

  /// New connections get the certificates of another reading of the settings; nothing changes when this throws.
  package func replaceCertificates(with other: OriginSettings) throws(SettingProblem) {
    try listener.replaceCertificates(with: other.listener)
  }

  private static func accounts(_ reader: SettingsReader) -> AccountsSettings {
    let publicURL = reader.string("PUBLIC_BASE_URL", default: "http://127.0.0.1:8080")
    var settings = AccountsSettings(tokenSecret: reader.secret("JWT_SECRET_KEY").bytes, publicURL: publicURL)
    settings.mailFrom = reader.string("MAIL_FROM", default: settings.mailFrom)
    settings.accessLifetime = .seconds(60 * reader.int("ACCESS_TOKEN_EXPIRE_MINUTES", default: 60, in: 5...1440))
    settings.refreshLifetime = .seconds(86_400 * reader.int("REFRESH_TOKEN_EXPIRE_DAYS", default: 7, in: 1...365))
    settings.frontendOrigins = reader.list("FRONTEND_ORIGINS")
    return settings
  }

  /// `DATABASE_URL`. Nil after a problem was reported.
  package static func database(_ reader: SettingsReader) -> PostgresSettings? {
    let text = reader.required("DATABASE_URL", expected: "a URL such as postgresql://user@localhost/moviesnow")
    guard !text.isEmpty else { return nil }
    do { return try PostgresSettings(url: text) } catch {
      // The value may hold a password, so it is not shown.
      reader.report(SettingProblem(key: "DATABASE_URL", expected: "a libpq URL", hint: error.reason))
      return nil
    }
  }
}
