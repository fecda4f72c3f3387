import Observability
import Support
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

  @Test func `what all loops must do is the least of theirs, what one may fail at the greatest`() {
    let loops = [(up: 1, ill: 0), (up: 0, ill: 1), (up: 1, ill: 1)].map { loop in
      let metrics = Observability.Metrics()
      metrics.gauge("up", help: "1 while it works.", together: .least).value = Int64(loop.up)
      metrics.gauge("ill", help: "1 while it does not.", together: .greatest) { Double(loop.ill) }
      return metrics.snapshot
    }
    var together = Observability.Metrics().snapshot
    for loop in loops { together.merge(loop) }
    #expect(together.prometheusText.contains("\nup 0\n") && together.prometheusText.contains("\nill 1\n"))
  }

  @Test func `the text is as Prometheus wants it, whatever a label holds`() {
    let metrics = Observability.Metrics(labels: [MetricLabel("role", "edge")])
    for value in ["plain", #"back\slash"#, #"qu"ote"#, "line\nend", "", "{a=\"b\"} 1"] {
      let label = MetricLabel("value", value)
      metrics.counter("things_total", help: "Things.", labels: [label]).add()
      metrics.gauge("level", help: "A level.", labels: [label]).value = -3
      metrics.histogram("wait_seconds", help: "A wait.", labels: [label]).record(.milliseconds(3))
    }
    #expect(MetricsText(metrics.snapshot.prometheusText).faults == [])
  }

  /// Or the test above would prove nothing.
  @Test(arguments: [
    "# HELP a A.\n# TYPE a gauge\na 1",
    "# HELP a A.\n# TYPE a gauge\na 1\na 2\n",
    "# HELP a A.\n# TYPE a gauge\na{x=\"1\",x=\"2\"} 1\n",
    "# HELP a A.\n# TYPE a gauge\na{x=\"\"\"} 1\n",
    "# HELP a A.\n# TYPE a gauge\na{x=\"\\q\"} 1\n",
    "# HELP a A.\n# TYPE a gauge\nb 1\n",
    "# HELP a A.\n# TYPE a gauge\na 1\n# HELP a A.\n# TYPE a gauge\na{x=\"1\"} 1\n",
    "# TYPE a gauge\na 1\n",
    "# HELP a A.\n# TYPE a counter\na 1\n",
    "# HELP a_total A.\n# TYPE a_total gauge\na_total 1\n",
    "# HELP a_ms A.\n# TYPE a_ms gauge\na_ms 1\n",
    "# HELP a_seconds A.\n# TYPE a_seconds histogram\na_seconds_bucket{le=\"+Inf\"} 1\na_seconds_sum 1\n",
    "# HELP a_seconds A.\n# TYPE a_seconds histogram\n"
      + "a_seconds_bucket{le=\"1\"} 2\na_seconds_bucket{le=\"+Inf\"} 1\na_seconds_sum 1\na_seconds_count 1\n",
    "# HELP a_seconds A.\n# TYPE a_seconds histogram\n"
      + "a_seconds_bucket{le=\"1\"} 1\na_seconds_bucket{le=\"+Inf\"} 2\na_seconds_sum 1\na_seconds_count 1\n",
  ])
  func `a text that Prometheus would not take as it is meant is found`(text: String) {
    #expect(MetricsText(text).faults != [])
  }
}
