internal import HTTPServer
package import Observability

extension Metrics {
  /// Of a loop of that role: one process may run both.
  package convenience init(of role: NodeRole) { self.init(labels: [MetricLabel("role", role.rawValue)]) }

  /// What both roles read at each scrape.
  /// - redisFailures: since the start.
  func observe(_ server: Server, redisFailures: @escaping () -> UInt64) {
    gauge("http_server_open_connections", help: "Connections that clients have open.") { [weak server] in
      Double(server?.connectionCount ?? 0)
    }
    counter("http_server_refused_connections_total", help: "Connections closed at once: too many, or not announced.") {
      [weak server] in Double(server?.refusedConnections ?? 0)
    }
    counter("redis_failures_total", help: "Commands to Redis that were lost, late or refused.") {
      Double(redisFailures())
    }
  }
}
