internal import Glibc
internal import HTTP
internal import HTTPClient
internal import HTTPServer
package import Loop
package import Monitoring
package import Observability
package import PolicyHost
internal import Signing
internal import TLS

/// One worker's edge: its connections, its routes, its listener.
package final class EdgeNode {
  private let settings: EdgeSettings
  private let loop: EventLoop
  private let client: WebClient
  private let delivery: DeliveryParts?
  private let answers: AnswerStore
  private let monitor: NodeMonitor
  private let server: Server
  private var redirect: Server?
  package var metrics: Metrics { monitor.metrics }
  package let readiness: Readiness

  /// - Parameter policies: of this worker's loop.
  /// - Parameter answers: what all workers of the process keep.
  /// - Parameter isFirst: of the process: it does what one is enough for.
  package init(
    _ settings: EdgeSettings, policies: CurrentPolicies, answers: AnswerStore, isFirst: Bool,
    listeningOn sockets: [ListeningSocket], on loop: EventLoop
  ) throws {
    self.settings = settings
    self.answers = answers
    self.loop = loop
    let tls = try TLSContext.client()
    let client = WebClient(loop: loop, tls: tls)
    self.client = client
    monitor = NodeMonitor(of: .edge, settings.monitoring, client, on: loop)
    let metrics = monitor.metrics
    metrics.observe(policies)
    let loopPolicies = LoopPolicies(policies)
    let publicKeys = settings.delivery?.publicKeys ?? PublicKeys()
    let cache = Self.upstream(settings, client, loopPolicies).map { upstream in
      let limits = EdgeCache.Limits(
        heuristicPercent: settings.cacheHeuristicPercent, staleIfCutOff: settings.cacheStale,
        hasClientsInClear: settings.listener.tls == nil)
      return EdgeCache(on: loop, upstream, answers, limits: limits, publicKeys: publicKeys, metrics)
    }
    if isFirst {
      answers.report(to: metrics)
      loop.start { await answers.restore(obeysPurges: settings.delivery != nil, on: loop) }
    }
    let delivery = try settings.delivery.map { settings in
      try DeliveryParts(settings, loopPolicies, cache, client, tls, metrics, isFirst: isFirst, on: loop)
    }
    self.delivery = delivery
    let readiness = Readiness(of: .edge, on: loop, metrics, checks: delivery?.checks ?? [])
    self.readiness = readiness
    let routes = delivery.map { HealthRoutes(readiness: readiness).routes + $0.routes } ?? []
    let meter = monitor.meter(routes.map(\.pattern), rest: cache == nil ? "unmatched" : "proxied")
    let rate = settings.limits.requests > 0 ? RequestRate(perSecond: settings.limits.requests) : nil
    server = try Server(
      loop: loop, tls: settings.listener.tls, admission: settings.limits.admission,
      limits: settings.limits.ofWorker(settings.workers),
      security: delivery == nil ? settings.listener.securityPassingOn : settings.listener.security,
      crossOrigin: settings.delivery?.crossOrigin ?? CrossOrigin(allowing: []),
      service: EdgeService(routes, for: settings.hosts, settings.clients, rate, publicKeys, cache, meter, on: loop))
    try server.listen(on: sockets)
    monitor.observe(server)
    delivery?.follow(on: server.port)
  }

  private static func upstream(
    _ settings: EdgeSettings, _ client: WebClient, _ policies: LoopPolicies
  ) -> Upstream? {
    settings.origin.map { origin in
      Upstream(
        client, origin, bond: settings.delivery.map { bond($0.identityKeys) } ?? .stranger,
        deadline: settings.originTimeout,
        country: { policies.country(of: $0) }, audience: { policies.audience(of: $0) },
        clientFields: { policies.clientFields },
        isTraced: settings.monitoring.traces != nil, now: { Int64(time(nil)) })
    }
  }

  private static func bond(_ keys: [EdgeClientSignature.Key]) -> OriginBond {
    .own(keys.isEmpty ? nil : EdgeClientSignature(keys: keys))
  }

  package var port: UInt16? { server.port }

  /// Sends plain HTTP on to TLS.
  package func redirect(from sockets: [ListeningSocket]) throws(UVError) {
    let service = SecureRedirect(to: port ?? 443) { [settings] in settings.hosts.trust($0) }
    let redirect = try Server(
      loop: loop, admission: settings.limits.admission,
      limits: settings.limits.ofWorker(settings.workers), service: service)
    try redirect.listen(on: sockets)
    self.redirect = redirect
  }

  /// Turns not ready first, lets requests in flight finish, then gives everything back.
  /// - Parameter isHandedOver: to another process on the same sockets, so that nobody has to look for another node.
  package func stop(isHandedOver: Bool = false) async {
    readiness.drain()
    answers.close()
    if !isHandedOver { await server.turnAway(for: settings.shutdownDelay) }
    await redirect?.drain(deadline: .zero, isHandedOver: isHandedOver)
    await server.drain(deadline: settings.shutdownGrace, isHandedOver: isHandedOver)
    delivery?.close()
    await monitor.stop()
    client.close()
  }
}
