package import HTTPClient
package import HTTPServer
package import Loop
package import Observability

/// What a node of either role measures, logs and traces of itself: its requests, those that it sends, its loop.
package final class NodeMonitor {
  package let metrics: Metrics
  private let role: NodeRole
  private let settings: MonitoringSettings
  private let spans: SpanExporter?
  private let lag: Timer

  /// - Parameter client: sends the node's requests, and its spans.
  package init(of role: NodeRole, _ settings: MonitoringSettings, _ client: WebClient, on loop: EventLoop) {
    self.role = role
    self.settings = settings
    metrics = Metrics(of: role)
    spans = settings.traces.map { [metrics] in SpanExporter($0, of: role, client, metrics, on: loop) }
    ClientMeter.observe(client, metrics, spans)
    lag = metrics.observeLag(of: loop)
  }

  /// - patterns: in the order of `Request.route`.
  /// - rest: names the requests that no route of the service took.
  package func meter(_ patterns: [String], rest: String) -> RequestMeter {
    RequestMeter(patterns, rest: rest, metrics, AccessLog(of: role, sample: settings.accessLogSample), spans)
  }

  package func observe(_ server: Server) {
    if let traces = settings.traces { server.sampleTraces(traces.share) }
    metrics.observe(server)
  }

  /// Before the client is closed.
  package func stop() async {
    lag.cancel()
    await spans?.stop()
  }
}
