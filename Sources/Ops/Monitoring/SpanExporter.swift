package import HTTP
package import HTTPClient
internal import JSON
internal import Logging
package import Loop
package import Observability

/// Sends a node's spans to its collector, in batches, by OTLP/HTTP in JSON. It never holds a request up: with the
/// collector away spans wait, up to a limit, and then those that come are dropped and counted.
package final class SpanExporter {
  private let settings: TraceSettings
  private let client: WebClient
  private let loop: EventLoop
  private let dropped: Counter
  private let log: Logger
  private var waiting: [Span] = []
  private var isSending = false
  private var isAway = false
  private var timer: Timer?

  // As OpenTelemetry's own batch processor has them, OTEL_BSP_…; so is the interval.
  private static let mostWaiting = 2_048
  private static let batch = 512
  private static let deadline = Duration.seconds(10)

  package init(
    _ settings: TraceSettings, of role: NodeRole, _ client: WebClient, _ metrics: Metrics, on loop: EventLoop,
    every interval: Duration = .seconds(5)
  ) {
    self.settings = settings
    self.client = client
    self.loop = loop
    dropped = metrics.counter("trace_spans_dropped_total", help: "Spans that no collector took in time.")
    log = Logger(label: "\(role.rawValue).traces")
    timer = loop.timer(after: interval, repeating: interval) { [unowned self] in send() }
  }

  /// A request that was answered.
  func note(_ request: Request, _ route: String, _ status: Status, _ duration: Duration) {
    note(
      Span(
        trace: request.trace, kind: .server, name: "\(request.method.label) \(route)", end: WallClock.nanoseconds,
        duration: duration, hasFailed: status.code >= 500,
        attributes: [
          ("http.request.method", .text(request.method.label)), ("http.route", .text(route)),
          ("http.response.status_code", .number(Int(status.code))),
          ("network.protocol.version", .text(request.version.number)),
          ("url.scheme", .text(request.isSecure ? "https" : "http")),
        ]))
  }

  /// A request that was sent for one in that trace.
  func note(
    _ request: ClientRequest, in trace: TraceContext, _ outcome: Result<Status, HTTPClientError>, _ duration: Duration
  ) {
    let (name, value): (String, Span.Value) =
      switch outcome {
      case .success(let status): ("http.response.status_code", .number(Int(status.code)))
      case .failure(let error): ("error.type", .text(error.kind))
      }
    let hasFailed = (try? outcome.get()).map { $0.code >= 400 } ?? true
    note(
      Span(
        trace: trace, kind: .client, name: request.method.label, end: WallClock.nanoseconds, duration: duration,
        hasFailed: hasFailed,
        attributes: [
          ("http.request.method", .text(request.method.label)),
          ("server.address", .text(request.authority.endpoint.address)),
          (name, value),
        ] + (request.authority.endpoint.port.map { [("server.port", .number(Int($0)))] } ?? [])))
  }

  /// Sends what is left, as far as the collector takes it soon; the rest is dropped and counted.
  package func stop() async {
    timer?.cancel()
    timer = nil
    let end = loop.exactNow + .seconds(1)
    while !isSending, !waiting.isEmpty, loop.exactNow < end {
      let batch = waiting.prefix(Self.batch)
      guard await deliver(batch, within: end - loop.exactNow) else { break }
      waiting.removeFirst(batch.count)
    }
    dropped.add(UInt64(waiting.count))
    waiting = []
  }

  private func note(_ span: Span) {
    guard waiting.count < Self.mostWaiting else { return dropped.add() }
    waiting.append(span)
    if waiting.count == Self.batch { send() }
  }

  private func send() {
    guard !isSending, !waiting.isEmpty else { return }
    isSending = true
    loop.start {
      while !self.waiting.isEmpty {
        let batch = self.waiting.prefix(Self.batch)
        guard await self.deliver(batch, within: Self.deadline) else { break }
        self.waiting.removeFirst(min(batch.count, self.waiting.count))
      }
      self.isSending = false
    }
  }

  /// False when the spans should be sent again: the collector is away or busy.
  private func deliver(_ spans: ArraySlice<Span>, within deadline: Duration) async -> Bool {
    do {
      let status = try await settings.send(spans, by: client, within: deadline)
      guard status != .tooManyRequests, status.code < 502 else { return retry("it answers \(status.code)") }
      // What it does not take now it never will.
      if !status.isSuccess { dropped.add(UInt64(spans.count)) }
      isAway = false
      return true
    } catch { return retry("\(error)") }
  }

  private func retry(_ reason: String) -> Bool {
    if !isAway { log.warning("the collector takes no spans; they wait", metadata: ["reason": "\(reason)"]) }
    isAway = true
    return false
  }
}

extension TraceSettings {
  /// Whether the collector is there, and takes what we send: an export without a span.
  package func sendNothing(by client: WebClient, within deadline: Duration) async throws(HTTPClientError) -> Status {
    try await send([], by: client, within: deadline)
  }

  fileprivate func send(
    _ spans: ArraySlice<Span>, by client: WebClient, within deadline: Duration
  ) async throws(HTTPClientError) -> Status {
    var request = ClientRequest(
      .post, collector, path, fields: fields, body: .bytes(JSONWriter.export(spans, of: service)))
    request.fields.append(.contentType, "application/json")
    let response = try await client.send(request, deadline: deadline)
    _ = try await response.collect(limit: 64 * 1024)
    return response.status
  }
}
