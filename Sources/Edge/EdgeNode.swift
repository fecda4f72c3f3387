internal import Glibc
internal import HTTP
internal import HTTPClient
internal import HTTPServer
package import Loop
package import Monitoring
internal import ObjectStore
package import Observability
package import PolicyHost
internal import Publication
internal import Redis
internal import Signing
internal import TLS

/// One worker's edge: its connections, its routes, its listener.
package final class EdgeNode {
  private let settings: EdgeSettings
  private let loop: EventLoop
  private let redis: RedisClient
  private let client: WebClient
  private let publication: PublicationFollower?
  private let messages: StreamFollower?
  private let receipts: PurgeReceipts?
  private let server: Server
  package let metrics: Metrics
  package let readiness: Readiness

  /// - Parameter policies: of this worker's loop.
  /// - Parameter answers: what all workers of the process keep.
  /// - Parameter isFirst: of the process: it does what one is enough for.
  /// - Throws: `UVError` when the address cannot be listened on.
  package init(
    _ settings: EdgeSettings, policies: CurrentPolicies, answers: AnswerStore, isFirst: Bool, on loop: EventLoop
  ) throws {
    self.settings = settings
    self.loop = loop
    let tls = try TLSContext.client()
    let redis = RedisClient(loop: loop, url: settings.redis, tls: tls)
    let client = WebClient(loop: loop, tls: tls)
    self.redis = redis
    self.client = client
    let metrics = Metrics(of: .edge)
    self.metrics = metrics
    metrics.observe(policies)
    let loopPolicies = LoopPolicies(policies)
    let upstream = Self.upstream(settings, client, loopPolicies)
    let publication = upstream.map { Self.publication(settings, $0, keepsState: isFirst, on: loop) }
    self.publication = publication
    readiness = Self.readiness(redis, publication, metrics, on: loop)
    let bucket = try Bucket(settings.store, client: client)
    let issuance = Issuance(
      policies: loopPolicies, published: publication,
      existence: ExistenceCache(on: loop) { try await Self.exists($0, in: bucket) },
      quota: DailyQuota(redis: redis, limits: settings.quota, metrics),
      tokens: TokenStore(redis: redis, metrics),
      sign: { key, fileName, lifetime, now in
        let overrides = ObjectPresigner.Overrides(
          contentType: key.text.hasSuffix(".zip") ? "application/zip" : nil,
          contentDisposition: ContentDisposition.attachment(fileName))
        return bucket.presigner.get(key.text, expiresSeconds: Int(lifetime), overrides: overrides, at: now)
      })
    let delivery = DeliveryRoutes(
      issuance: issuance,
      batches: BatchIssuance(issuance: issuance, loop: loop, mostItems: settings.batchItems))
    let cache = upstream.map { upstream in
      EdgeCache(on: loop, upstream, answers, publicKeys: settings.publicKeys, metrics)
    }
    if isFirst { answers.report(to: metrics) }
    let playback = PlaybackRoutes(
      sessions: SessionStore(redis: redis, mostEvents: settings.telemetry.mostEvents),
      viewers: ViewerResolver(settings.telemetry),
      forgotten: cache.map { cache in { await cache.upstream.forward($0, CacheStatus(.bypass)) } })
    let routes = HealthRoutes(readiness: readiness).routes + delivery.routes + playback.routes
    let meter = RequestMeter(
      routes.map(\.pattern), rest: cache == nil ? "unmatched" : "proxied", metrics,
      AccessLog(of: .edge, sample: settings.monitoring.accessLogSample))
    server = try Server(
      on: settings.listen, loop: loop, crossOrigin: settings.crossOrigin,
      service: EdgeService(routes, for: settings.hosts, settings.clients, settings.publicKeys, cache, meter))
    metrics.observe(server) { redis.failures }
    let node = settings.nodeID ?? "\(hostName()):\(server.port.map { "\($0)" } ?? "unix")"
    let receipts = isFirst && cache != nil ? PurgeReceipts(of: node, redis, on: loop) : nil
    self.receipts = receipts
    messages = cache.map { Self.messages(to: $0, receipts, publication, settings.redis, tls, on: loop) }
  }

  private static func upstream(
    _ settings: EdgeSettings, _ client: WebClient, _ policies: LoopPolicies
  ) -> Upstream? {
    let identity = settings.identityKeys.isEmpty ? nil : EdgeClientSignature(keys: settings.identityKeys)
    return settings.origin.map { origin in
      Upstream(
        client, origin, identity: identity, country: { policies.country(of: $0) },
        clientFields: { policies.clientFields }, now: { Int64(time(nil)) })
    }
  }

  private static func publication(
    _ settings: EdgeSettings, _ upstream: Upstream, keepsState: Bool, on loop: EventLoop
  ) -> PublicationFollower {
    let folder = settings.stateFolder
    return PublicationFollower(
      on: loop, PublicationMirror(folder.flatMap { PublicationFile.read(in: $0) }),
      file: keepsState ? folder.map { PublicationFile(in: $0, on: loop) } : nil
    ) { try await upstream.publication(otherThan: $0, on: loop) }
  }

  private static func messages(
    to cache: EdgeCache, _ receipts: PurgeReceipts?, _ publication: PublicationFollower?, _ redis: RedisURL,
    _ tls: TLSContext, on loop: EventLoop
  ) -> StreamFollower {
    let streams = [PurgeNotice.stream, PublicationChange.stream].map { ($0, StreamFollower.Start.newest) }
    let follower = StreamFollower(on: loop, url: redis, tls: tls, streams: streams) { event in
      if event.concerns(PurgeNotice.stream) {
        cache.hear(event)
        // After it: a receipt tells what was done.
        receipts?.hear(event)
      }
      if event.concerns(PublicationChange.stream) { publication?.hear(event) }
    }
    receipts?.follower = follower
    return follower
  }

  private static func readiness(
    _ redis: RedisClient, _ publication: PublicationFollower?, _ metrics: Metrics, on loop: EventLoop
  ) -> Readiness {
    var checks = [ReadinessCheck("redis") { (try? await redis.send("PING")) != nil }]
    if let publication { checks.append(ReadinessCheck("publication") { await publication.isLoaded() }) }
    return Readiness(of: .edge, on: loop, metrics, checks: checks)
  }

  package var port: UInt16? { server.port }

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

  /// Turns not ready first, lets requests in flight finish, then gives everything back.
  package func stop() async {
    readiness.drain()
    server.turnAway()
    await loop.sleep(for: settings.shutdownDelay)
    await server.drain(deadline: settings.shutdownGrace)
    messages?.close()
    receipts?.close()
    publication?.close()
    client.close()
    redis.close()
  }
}

private func hostName() -> String {
  var name = [CChar](repeating: 0, count: 256)
  guard unsafe gethostname(&name, name.count - 1) == 0 else { return "edge" }
  return String(decoding: name.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
}
