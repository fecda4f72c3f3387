internal import HTTPServer
package import Observability

extension Metrics {
  /// Of a loop of that role: one process may run both.
  package convenience init(of role: NodeRole) { self.init(labels: [MetricLabel("role", role.rawValue)]) }

  /// What both roles read at each scrape.
  func observe(_ server: Server) {
    gauge("http_server_open_connections", help: "Connections that clients have open.") { [weak server] in
      Double(server?.connectionCount ?? 0)
    }
    counter("http_server_refused_connections_total", help: "Connections closed at once: too many, or not announced.") {
      [weak server] in Double(server?.refusedConnections ?? 0)
    }
  }
}
