internal import Accounts
internal import Bundles
internal import Catalog
internal import Loop
internal import Monitoring
internal import ObjectStore
internal import Observability
internal import Operations
internal import Playback
internal import PolicyHost
internal import Postgres
internal import Redis
internal import Routing
internal import Schedule

/// The domains composed. None imports another: what one needs of the rest it is given here, as a function.
struct Slices {
  let routes: [Route]
  private let settings: OriginSettings
  private let redis: RedisClient
  private let accounts: AccountsRoutes
  private let limiter: RateLimiter
  private let edges: EdgeMessages

  /// - Parameter decide: asks the policies of this worker's loop.
  init(
    _ settings: OriginSettings, _ database: PostgresPool, _ redis: RedisClient, _ bucket: Bucket,
    _ readiness: Readiness, _ metrics: Metrics, decide: @escaping (PolicyRequest) -> PolicyDecision,
    on loop: EventLoop
  ) {
    self.settings = settings
    self.redis = redis
    edges = EdgeMessages(redis)
    limiter = RateLimiter(redis: redis, attemptsFailOpen: settings.attemptsFailOpen)
    accounts = AccountsRoutes(
      AccountRegistry(on: loop, database, settings.accounts), admit: limiter.admit(attempt:_:))
    let publisher = Publisher(database, edges)
    let (publish, announce) = (PublicationVersion.next, publisher.announce)
    let api =
      OperationsRoutes(readiness, metrics).routes
      + PurgeRoutes(PurgeDesk(redis)).routes
      + accounts.routes
      + PlaybackRoutes(database).routes
      + CatalogRoutes(database, settings.catalog, publish: publish, announce: announce).routes
      + ScheduleRoutes(database, publish: publish, announce: announce).routes
      + BundlesRoutes(
        database, bucket, redis, settings.bundles, authorize: MintPolicies(decide).permit, publish: publish,
        announce: announce
      ).routes
    routes =
      api + PublicationRoutes(publisher: publisher).routes
      + (settings.servesDocs ? DocumentationRoutes(describing: api).routes : [])
  }

  /// What takes every request through its route's rules.
  func pipeline(_ audit: AuditLog) -> RoutePipeline {
    RoutePipeline(
      access: AccessGuard(publicKeys: settings.publicKeys) { [accounts] in try await accounts.caller(bearing: $0) },
      limiter: limiter,
      idempotency: IdempotencyStore(redis: redis, secret: settings.accounts.tokenSecret),
      lock: RequestLock(redis: redis), audit: audit.note, purge: edges.purge)
  }
}
