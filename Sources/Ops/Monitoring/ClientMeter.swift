internal import HTTP
package import HTTPClient
internal import Loop
package import Observability

/// Times each request that a node sends to another server, by server and outcome. In a sampled trace it makes a span of
/// it, too.
package final class ClientMeter {
  /// From now until the client is closed.
  package static func observe(_ client: WebClient, _ metrics: Metrics, _ spans: SpanExporter?) {
    let meter = ClientMeter(metrics, spans)
    client.onAnswer = { request, outcome, duration in meter.note(request, outcome, duration) }
  }

  private struct Series {
    let authority: Authority
    let method: Method
    /// A status, or the kind of an error.
    let outcome: String
    let durations: Histogram
  }

  private let metrics: Metrics
  private let spans: SpanExporter?
  private var series: [Series] = []

  private init(_ metrics: Metrics, _ spans: SpanExporter?) {
    self.metrics = metrics
    self.spans = spans
  }

  private func note(
    _ request: ClientRequest, _ outcome: Result<Status, HTTPClientError>, _ duration: Duration
  ) {
    durations(of: request, outcome.name).record(duration)
    if let spans, let trace = request.trace { spans.note(request, in: trace, outcome, duration) }
  }

  private func durations(of request: ClientRequest, _ outcome: String) -> Histogram {
    for known in series
    where known.outcome == outcome && known.method == request.method && known.authority == request.authority {
      return known.durations
    }
    let isStatus = outcome.first?.isNumber == true
    let durations = metrics.histogram(
      "http_client_request_duration_seconds", help: "From a request to another server to the head of its answer.",
      labels: [
        MetricLabel("http_request_method", request.method.label),
        MetricLabel("server_address", request.authority.endpoint.address),
        MetricLabel(isStatus ? "http_response_status_code" : "error_type", outcome),
      ] + (request.authority.endpoint.port.map { [MetricLabel("server_port", "\($0)")] } ?? []))
    series.append(
      Series(authority: request.authority, method: request.method, outcome: outcome, durations: durations))
    return durations
  }
}

extension Method {
  /// One word for all methods that only somebody else knows.
  var label: String { self == .other ? "_OTHER" : rawValue }
}

extension Result<Status, HTTPClientError> {
  fileprivate var name: String {
    switch self {
    case .success(let status): String(status.code)
    case .failure(let error): error.kind
    }
  }
}

extension HTTPClientError {
  /// For metrics and spans: one word for each kind.
  var kind: String {
    switch self {
    case .unreachable: "unreachable"
    case .overloaded: "overloaded"
    case .timedOut: "timeout"
    case .connectionLost: "connection_lost"
    case .malformed: "malformed"
    case .unasked: "unasked"
    case .contentFailed: "content_failed"
    case .tooLarge: "too_large"
    }
  }
}
