package import Logging
package import Loop
package import Settings

/// How a node is watched. Both roles have it, each with its own address.
package struct MonitoringSettings: Sendable {
  /// `EDGE_OPS_LISTEN`, `ORIGIN_OPS_LISTEN`: address and port of /metrics, /readyz with its details, /healthz and
  /// /version, or `off`. No one asks for a key there: keep it on loopback, or behind a firewall.
  /// Default 127.0.0.1:9101 for an edge, 127.0.0.1:9102 for an origin.
  package var listen: Endpoint?
  /// `ACCESS_LOG_SAMPLE`: one request in so many gets a line in the log; 0: none but those that failed on our side,
  /// which always have one. Default 100 for an edge, 1 for an origin.
  package var accessLogSample: Int
  /// `LOG_LEVEL`: trace, debug, info, notice, warning, error or critical; the access log is info. Default info.
  package var logLevel: Logger.Level
  /// Nil: no spans are made.
  package var traces: TraceSettings?

  package init(_ reader: SettingsReader, of role: NodeRole) {
    let name = role == .edge ? "EDGE_OPS_LISTEN" : "ORIGIN_OPS_LISTEN"
    let text = reader.string(name, default: role == .edge ? "127.0.0.1:9101" : "127.0.0.1:9102")
    listen = text == "off" ? nil : Endpoint(listening: text)
    if listen == nil, text != "off" {
      reader.report(SettingProblem(key: name, value: text, expected: "address:port, as 127.0.0.1:9101, or off"))
    }
    accessLogSample = reader.int("ACCESS_LOG_SAMPLE", default: role == .edge ? 100 : 1, in: 0...1_000_000_000)
    logLevel = reader.choice("LOG_LEVEL", default: .info)
    traces = TraceSettings(reader, of: role)
  }
}
