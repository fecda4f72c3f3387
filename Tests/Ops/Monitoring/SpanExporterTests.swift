import HTTP
import HTTPClient
import HTTPServer
import Loop
@testable import Monitoring
import Observability
import Settings
import Support
import Testing

@Suite struct `Spans` {
  @Test func `wait while the collector is away, are given once it is back, and dropped beyond their limit`() throws {
    try Stage.run { stage in
      let collector = try BusyCollector(stage)
      let metrics = Metrics()
      let client = WebClient(loop: stage.loop)
      stage.atEnd { client.close() }
      let spans = SpanExporter(
        try #require(collector.settings), of: .edge, client, metrics, on: stage.loop, every: .milliseconds(20))
      let request = Request(.get, "/titles/1")
      for _ in 0..<2_050 { spans.note(request, "/titles/{title_id}", .ok, .milliseconds(3)) }
      try await eventually("it is asked again", on: stage.loop) { collector.requests > 2 }
      #expect(collector.taken == 0)
      #expect(metrics.snapshot.prometheusText.contains("trace_spans_dropped_total 2\n"))
      collector.isBusy = false
      try await eventually("all are there", on: stage.loop) { collector.taken == 2_048 }
      await spans.stop()
    }
  }

  @Test(arguments: [
    ("OTEL_EXPORTER_OTLP_ENDPOINT", "collector:4318", "a URL as http://127.0.0.1:4318"),
    ("OTEL_TRACES_SAMPLER_ARG", "2", "a number from 0 to 1"),
    ("OTEL_EXPORTER_OTLP_HEADERS", "key", "name=value, commas between several"),
  ])
  func `a setting that cannot be is told by its name`(_ name: String, _ value: String, _ expected: String) {
    let reader = SettingsReader(
      environment: ["OTEL_EXPORTER_OTLP_ENDPOINT": "http://127.0.0.1:4318"].merging([name: value]) { $1 })
    #expect(TraceSettings(reader, of: .edge) == nil)
    #expect(reader.problems.map(\.key) == [name] && reader.problems[0].expected == expected)
  }
}

/// Answers 503 until it is told otherwise.
private final class BusyCollector: Service {
  var isBusy = true
  private(set) var requests = 0
  private(set) var taken = 0
  private var port: UInt16 = 0

  init(_ stage: Stage) throws {
    let server = try Server(on: .tcp(host: "127.0.0.1", port: 0), loop: stage.loop, service: self)
    port = server.port ?? 0
    stage.atEnd { await server.drain(deadline: .zero) }
  }

  var settings: TraceSettings? {
    let environment = ["OTEL_EXPORTER_OTLP_ENDPOINT": "http://127.0.0.1:\(port)"]
    return TraceSettings(SettingsReader(environment: environment), of: .edge)
  }

  func dispatch(_ request: Request) -> Dispatch {
    .buffered(limit: 1 << 20) { [self] request in
      requests += 1
      if isBusy { return .ready(Response(.serviceUnavailable)) }
      taken += String(decoding: request.body, as: UTF8.self).ranges(of: "\"spanId\"").count
      return .ready(Response(.ok))
    }
  }

  func finished(_ request: Request, status: Status, bytes: Int, duration: Duration) {}
}
