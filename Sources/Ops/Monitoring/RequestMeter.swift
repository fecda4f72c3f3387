package import HTTP
package import Observability

/// Counts and times every request by its route, and hands it to the access log: what a service does when a request has
/// ended. Allocates only when a route answers with a status for the first time.
package final class RequestMeter {
  private struct Series {
    let method: Method
    let version: Version
    let status: Status
    let durations: Histogram
  }

  private let metrics: Metrics
  private let accessLog: AccessLog
  private let spans: SpanExporter?
  /// Patterns of the routes, and last what stands for all other requests.
  private let routes: [String]
  private var series: [[Series]]

  /// - patterns: in the order of `Request.route`.
  /// - rest: names the requests that no route of the service took.
  package init(
    _ patterns: [String], rest: String, _ metrics: Metrics, _ accessLog: AccessLog, _ spans: SpanExporter? = nil
  ) {
    self.metrics = metrics
    self.spans = spans
    self.accessLog = accessLog
    routes = patterns + [rest]
    series = routes.map { _ in [] }
  }

  package func finished(_ request: Request, status: Status, bytes: Int, duration: Duration) {
    let route = request.route ?? routes.count - 1
    durations(route, request.method, request.version, status).record(duration)
    accessLog.note(request, routes[route], status, bytes: bytes, duration: duration)
    if let spans, request.trace.isSampled { spans.note(request, routes[route], status, duration) }
  }

  private func durations(_ route: Int, _ method: Method, _ version: Version, _ status: Status) -> Histogram {
    // A route answers with few methods and statuses: a search of a short list is faster than a dictionary.
    let known = series[route].firstIndex { $0.status == status && $0.method == method && $0.version == version }
    if let known { return series[route][known].durations }
    let durations = metrics.histogram(
      "http_server_request_duration_seconds", help: "From a request's head to the end of its answer.",
      labels: [
        MetricLabel("http_request_method", method.label),
        MetricLabel("http_route", routes[route]), MetricLabel("http_response_status_code", String(status.code)),
        MetricLabel("network_protocol_version", version.number),
      ])
    series[route].append(Series(method: method, version: version, status: status, durations: durations))
    return durations
  }
}
