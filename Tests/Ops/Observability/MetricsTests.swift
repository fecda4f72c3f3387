import Observability
import Testing

@Suite struct `Metrics` {
  @Test func `two loops add up in one text`() {
    let first = Observability.Metrics()
    let second = Observability.Metrics()
    let label = MetricLabel("route", "/a\"b")
    first.counter("requests_total", help: "Requests answered.", labels: [label]).add(2)
    second.counter("requests_total", help: "Requests answered.", labels: [label]).add()
    second.gauge("connections", help: "Open connections.").value = 4
    var snapshot = first.snapshot
    snapshot.merge(second.snapshot)
    #expect(
      snapshot.prometheusText == """
        # HELP requests_total Requests answered.
        # TYPE requests_total counter
        requests_total{route="/a\\"b"} 3
        # HELP connections Open connections.
        # TYPE connections gauge
        connections 4

        """)
  }

  @Test func `a duration falls into every bucket from its own bound up`() {
    let metrics = Observability.Metrics()
    let histogram = metrics.histogram("seconds", help: "Durations.")
    for duration: Duration in [.microseconds(64), .microseconds(65), .seconds(3600)] { histogram.record(duration) }
    let text = metrics.snapshot.prometheusText
    #expect(text.contains("seconds_bucket{le=\"6.4e-05\"} 1\n"))
    #expect(text.contains("seconds_bucket{le=\"0.000128\"} 2\n"))
    #expect(text.contains("seconds_bucket{le=\"+Inf\"} 3\n"))
    #expect(text.contains("seconds_sum 3600.000129\n"))
    #expect(text.contains("seconds_count 3\n"))
  }
}
