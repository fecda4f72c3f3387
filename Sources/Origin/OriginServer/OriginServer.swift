internal import Accounts
internal import HTTPClient
internal import HTTPServer
package import Loop
internal import Mail
package import Monitoring
internal import ObjectStore
package import Observability
internal import Operations
package import PolicyHost
internal import Playback
internal import Postgres
internal import Redis
internal import Routing
internal import TLS

// No type may take its module's name, so the server that this module is for is `Origin`.

/// One worker's origin: its connections, its slices, its listener.
package final class Origin {
  package var metrics: Metrics { monitor.metrics }
  package let readiness: Readiness
  private let settings: OriginSettings
  private let database: PostgresPool
  private let redis: RedisClient
  private let client: WebClient
  private let outbox: Outbox?
  private let auditLog: AuditLog
  private let monitor: NodeMonitor
  private let playback: EventConsumer
  let routes: [Route]
  private let server: Server
  private let loop: EventLoop

  /// - Parameter decide: asks the policies of this worker's loop.
  package init(
    _ settings: OriginSettings, decide: @escaping (PolicyRequest) -> PolicyDecision,
    listeningOn sockets: [ListeningSocket], on loop: EventLoop
  ) throws {
    self.settings = settings
    self.loop = loop
    let tls = try TLSContext.client()
    client = WebClient(loop: loop, tls: tls)
    monitor = NodeMonitor(of: .origin, settings.monitoring, client, on: loop)
    let metrics = monitor.metrics
    redis = RedisClient(loop: loop, url: settings.redis, tls: tls, metrics)
    database = PostgresPool(on: loop, settings.database)
    readiness = Self.readiness(redis, database, metrics, on: loop)
    auditLog = AuditLog(on: loop, database, metrics)
    let slices = Slices(
      settings, database, redis, try Bucket(settings.store, client: client), readiness, metrics, decide: decide,
      on: loop)
    routes = slices.routes
    server = try Server(
      loop: loop, tls: settings.listener.tls, security: settings.listener.security,
      crossOrigin: settings.crossOrigin,
      service: OriginService(
        routes, EdgeVouchers(settings.identityKeys, metrics), slices.pipeline(auditLog),
        monitor.meter(routes.map(\.pattern), rest: "unmatched")))
    try server.listen(on: sockets)
    monitor.observe(server)
    playback = Self.playback(settings, database, metrics, tls, on: loop)
    loop.start { [playback] in await playback.run() }
    outbox = Self.outbox(settings, database, on: loop)
    if let outbox { loop.start { await outbox.run() } }
  }

  private static func readiness(
    _ redis: RedisClient, _ database: PostgresPool, _ metrics: Metrics, on loop: EventLoop
  ) -> Readiness {
    Readiness(
      of: .origin, on: loop, metrics,
      checks: [
        ReadinessCheck("redis") { (try? await redis.send("PING")) != nil },
        ReadinessCheck("postgres") { (try? await database.ping()) != nil },
      ])
  }

  private static func playback(
    _ settings: OriginSettings, _ database: PostgresPool, _ metrics: Metrics, _ tls: TLSContext, on loop: EventLoop
  ) -> EventConsumer {
    var single = RedisSettings()
    single.connections = 1
    let redis = RedisClient(loop: loop, url: settings.redis, tls: tls, settings: single)
    return EventConsumer(on: loop, redis, database, name: "\(HostName.current):\(settings.listen)", metrics)
  }

  /// Nil: mail waits in the database for an origin that can send it.
  private static func outbox(_ settings: OriginSettings, _ database: PostgresPool, on loop: EventLoop) -> Outbox? {
    let mailer: any Mailer
    if let folder = settings.mailFolder {
      mailer = FolderMailer(on: loop, folder: folder)
    } else {
      guard let url = settings.smtp else { return nil }
      mailer = SMTPMailer(on: loop, url: url)
    }
    return Outbox(on: loop, database, mailer, from: settings.accounts.mailFrom)
  }

  package var port: UInt16? { server.port }

  /// Turns not ready first, lets requests in flight finish, then gives everything back.
  /// - Parameter isHandedOver: to another process on the same sockets, so that nobody has to look for another node.
  package func stop(isHandedOver: Bool = false) async {
    readiness.drain()
    if !isHandedOver { await server.turnAway(for: settings.shutdownDelay) }
    await server.drain(deadline: settings.shutdownGrace, isHandedOver: isHandedOver)
    outbox?.stop()
    await playback.stop()
    await auditLog.stop()
    await monitor.stop()
    client.close()
    redis.close()
    database.close()
  }
}
