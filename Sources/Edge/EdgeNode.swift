internal import Glibc
internal import HTTP
internal import HTTPClient
internal import HTTPServer
package import Loop
internal import Redis
internal import Signing
internal import TLS

/// One worker's edge: its connections, its routes, its listener.
package final class EdgeNode {
  private let settings: EdgeSettings
  private let redis: RedisClient
  private let client: WebClient
  private let server: Server
  private let drain: DrainFlag

  /// - Throws: `UVError` when the address cannot be listened on.
  package init(_ settings: EdgeSettings, on loop: EventLoop) throws {
    self.settings = settings
    let redis = RedisClient(loop: loop, url: settings.redis)
    let client = WebClient(loop: loop, tls: try TLSContext.client())
    let identity = settings.identityKeys.isEmpty ? nil : EdgeClientSignature(keys: settings.identityKeys)
    let upstream = settings.origin.map { Upstream(client, $0, identity: identity) { Int64(time(nil)) } }
    self.redis = redis
    self.client = client
    let drain = DrainFlag()
    let health = HealthRoutes(redis: redis) { drain.isSet }
    server = try Server(
      on: settings.listen, loop: loop, service: EdgeService(health.routes, upstream: upstream))
    self.drain = drain
  }

  package var port: UInt16? { server.port }

  /// Turns not ready, lets requests in flight finish, then gives everything back.
  package func stop() async {
    drain.isSet = true
    await server.drain(deadline: settings.shutdownGrace)
    client.close()
    redis.close()
  }
}

/// Shared with the routes that tell it.
private final class DrainFlag { var isSet = false }
