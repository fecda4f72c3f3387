internal import Accounts
internal import Bundles
internal import Catalog
internal import HTTP
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
internal import Schedule
internal import Signing
internal import TLS

// No type may take its module's name, so the server that this module is for is `Origin`.

/// One worker's origin: its slices composed, its connections, its listener.
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
    let client = WebClient(loop: loop, tls: tls)
    self.client = client
    monitor = NodeMonitor(of: .origin, settings.monitoring, client, on: loop)
    let metrics = monitor.metrics
    let redis = RedisClient(loop: loop, url: settings.redis, tls: tls, metrics)
    self.redis = redis
    let database = PostgresPool(on: loop, settings.database)
    self.database = database
    readiness = Readiness(
      of: .origin, on: loop, metrics,
      checks: [
        ReadinessCheck("redis") { (try? await redis.send("PING")) != nil },
        ReadinessCheck("postgres") { (try? await database.ping()) != nil },
      ])
    auditLog = AuditLog(on: loop, database, metrics)
    let edges = EdgeMessages(redis)
    let publisher = Publisher(database, edges)
    let limiter = RateLimiter(redis: redis, attemptsFailOpen: settings.attemptsFailOpen)
    let accounts = AccountsRoutes(
      AccountRegistry(on: loop, database, settings.accounts), admit: limiter.admit(attempt:_:))
    let api =
      OperationsRoutes(readiness, metrics).routes + PurgeRoutes(PurgeDesk(redis)).routes + accounts.routes
      + PlaybackRoutes(database).routes
      + CatalogRoutes(database, settings.catalog, publish: PublicationVersion.next, announce: publisher.announce).routes
      + ScheduleRoutes(database, publish: PublicationVersion.next, announce: publisher.announce).routes
      + BundlesRoutes(
        database, try Bucket(settings.store, client: client), redis, settings.bundles,
        authorize: MintPolicies(decide).permit, publish: PublicationVersion.next,
        announce: publisher.announce
      ).routes
    routes =
      api + PublicationRoutes(publisher: publisher).routes
      + (settings.servesDocs ? DocumentationRoutes(describing: api).routes : [])
    let access = AccessGuard(publicKeys: settings.publicKeys) { try await accounts.caller(bearing: $0) }
    let pipeline = RoutePipeline(
      access: access, limiter: limiter,
      idempotency: IdempotencyStore(redis: redis, secret: settings.accounts.tokenSecret),
      lock: RequestLock(redis: redis), audit: { [auditLog] event in auditLog.note(event) },
      purge: { tags in await edges.purge(tags) })
    let meter = monitor.meter(routes.map(\.pattern), rest: "unmatched")
    server = try Server(
      loop: loop, tls: settings.listener.tls, security: settings.listener.security,
      crossOrigin: settings.crossOrigin,
      service: OriginService(routes, EdgeVouchers(settings.identityKeys, metrics), pipeline, meter))
    try server.listen(on: sockets)
    monitor.observe(server)
    playback = Self.playback(settings, database, metrics, tls, on: loop)
    loop.start { [playback] in await playback.run() }
    outbox = Self.mailer(settings, on: loop).map { Outbox(on: loop, database, $0, from: settings.accounts.mailFrom) }
    if let outbox { loop.start { await outbox.run() } }
  }

  private static func playback(
    _ settings: OriginSettings, _ database: PostgresPool, _ metrics: Metrics, _ tls: TLSContext, on loop: EventLoop
  ) -> EventConsumer {
    var single = RedisSettings()
    single.connections = 1
    let redis = RedisClient(loop: loop, url: settings.redis, tls: tls, settings: single)
    return EventConsumer(on: loop, redis, database, name: "\(HostName.current):\(settings.listen)", metrics)
  }

  private static func mailer(_ settings: OriginSettings, on loop: EventLoop) -> (any Mailer)? {
    if let folder = settings.mailFolder { return FolderMailer(on: loop, folder: folder) }
    return settings.smtp.map { SMTPMailer(on: loop, url: $0) }
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
