internal import Glibc
internal import HTTP
internal import HTTPClient
internal import Loop
internal import Monitoring
internal import ObjectStore
internal import Observability
internal import Publication
internal import Redis
internal import Signing
internal import TLS

/// What an edge that delivers films has besides its cache: routes of its own, and what they are connected to.
final class DeliveryParts {
  let routes: [EdgeRoute]
  /// Without these, requests fail.
  let checks: [ReadinessCheck]
  /// Of all but the longest, in bytes.
  private static let urlRoom = 640
  private let settings: DeliverySettings
  private let cache: EdgeCache?
  private let isFirst: Bool
  private let loop: EventLoop
  private let tls: TLSContext
  private let redis: RedisClient
  private let publication: PublicationFollower?
  private var messages: StreamFollower?
  private var receipts: PurgeReceipts?

  /// - Parameter isFirst: of the process: it does what one is enough for.
  init(
    _ settings: DeliverySettings, _ policies: LoopPolicies, _ cache: EdgeCache?, _ client: WebClient,
    _ tls: TLSContext, _ metrics: Metrics, isFirst: Bool, on loop: EventLoop
  ) throws {
    self.settings = settings
    self.cache = cache
    self.isFirst = isFirst
    self.loop = loop
    self.tls = tls
    let redis = RedisClient(loop: loop, url: settings.redis, tls: tls, metrics)
    self.redis = redis
    let publication = cache.map { Self.publication(settings, $0.upstream, keepsState: isFirst, on: loop) }
    self.publication = publication
    let bucket = try Bucket(settings.store, client: client)
    let issuance = Issuance(
      policies: policies, published: publication,
      existence: ExistenceCache(on: loop) { try await Self.exists($0, in: bucket) },
      quota: DailyQuota(redis: redis, limits: settings.quota, metrics),
      tokens: TokenStore(redis: redis, metrics), tokenRequirement: settings.tokenRequirement,
      sign: { key, fileName, lifetime, now in
        let overrides = ObjectPresigner.Overrides(
          contentType: key.text.hasSuffix(".zip") ? "application/zip" : nil,
          contentDisposition: ContentDisposition.attachment(fileName))
        var url: [UInt8] = []
        url.reserveCapacity(Self.urlRoom)
        bucket.presigner.appendGet(
          key.text, expiresSeconds: Int(lifetime), overrides: overrides, at: now, to: &url)
        return url
      })
    let delivery = DeliveryRoutes(
      issuance: issuance,
      batches: BatchIssuance(issuance: issuance, loop: loop, mostItems: settings.batchItems),
      now: { Int64(time(nil)) })
    let playback = PlaybackRoutes(
      sessions: SessionStore(redis: redis, mostEvents: settings.telemetry.mostEvents),
      viewers: ViewerResolver(settings.telemetry),
      forgotten: cache.map { cache in { await cache.upstream.forward($0, CacheStatus(.bypass)) } })
    routes = delivery.routes + playback.routes
    checks = Self.checks(redis, publication)
  }

  /// From now on the cache obeys the purges of the origin's writes, and the routes what it publishes.
  /// - Parameter port: of this node's listener, where it has no name of its own.
  func follow(on port: UInt16?) {
    guard let cache else { return }
    let node = settings.nodeID ?? "\(HostName.current):\(port.map { "\($0)" } ?? "unix")"
    let receipts = isFirst ? PurgeReceipts(of: node, redis, on: loop) : nil
    self.receipts = receipts
    let disk = cache.store.disk
    if disk?.position != nil { cache.coverage.resume() }
    let purges = (PurgeNotice.stream, disk?.position.map { StreamFollower.Start.after($0) } ?? .newest)
    let streams = [purges, (PublicationChange.stream, .newest)]
    let follower = StreamFollower(on: loop, url: settings.redis, tls: tls, streams: streams) { [publication] event in
      if event.concerns(PurgeNotice.stream) {
        cache.hear(event)
        // After it: a receipt tells what was done.
        receipts?.hear(event)
        if case .stillUpToDate = event { receipts?.noteObeyed(on: disk) }
      }
      if event.concerns(PublicationChange.stream) { publication?.hear(event) }
    }
    receipts?.follower = follower
    messages = follower
  }

  private static func publication(
    _ settings: DeliverySettings, _ upstream: Upstream, keepsState: Bool, on loop: EventLoop
  ) -> PublicationFollower {
    let folder = settings.stateFolder
    return PublicationFollower(
      on: loop, PublicationMirror(folder.flatMap { PublicationFile.read(in: $0) }),
      file: keepsState ? folder.map { PublicationFile(in: $0, on: loop) } : nil
    ) { try await upstream.publication(otherThan: $0, on: loop) }
  }

  private static func checks(_ redis: RedisClient, _ publication: PublicationFollower?) -> [ReadinessCheck] {
    var checks = [ReadinessCheck("redis") { (try? await redis.send("PING")) != nil }]
    if let publication { checks.append(ReadinessCheck("publication") { await publication.isLoaded() }) }
    return checks
  }

  private static func exists(_ key: StorageKey, in bucket: Bucket) async throws -> Bool {
    do throws(ObjectStoreError) {
      _ = try await bucket.head(key.text)
      return true
    } catch {
      // A refusal or a fault of the store is not an absent object.
      guard case .notFound = error else { throw error }
      return false
    }
  }

  func close() {
    messages?.close()
    receipts?.close()
    publication?.close()
    redis.close()
  }
}
