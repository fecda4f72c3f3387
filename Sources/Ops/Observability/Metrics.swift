/// The measurements of one loop. Its objects are confined to that loop: counting costs an addition, no lock and no
/// atomic. A scrape takes each loop's `snapshot`, merges them and writes the text.
package final class Metrics {
  private var counters: [MetricKey: Counter] = [:]
  private var gauges: [MetricKey: Gauge] = [:]
  private var histograms: [MetricKey: Histogram] = [:]
  private var help: [String: String] = [:]

  package init() {}

  /// The same name and labels give the same counter. Keep it: the look-up is not for the request path.
  package func counter(_ name: String, help: String, labels: [MetricLabel] = []) -> Counter {
    self.help[name] = help
    let key = MetricKey(name: name, labels: labels)
    if let counter = counters[key] { return counter }
    let counter = Counter()
    counters[key] = counter
    return counter
  }

  package func gauge(_ name: String, help: String, labels: [MetricLabel] = []) -> Gauge {
    self.help[name] = help
    let key = MetricKey(name: name, labels: labels)
    if let gauge = gauges[key] { return gauge }
    let gauge = Gauge()
    gauges[key] = gauge
    return gauge
  }

  /// Durations, in seconds.
  package func histogram(_ name: String, help: String, labels: [MetricLabel] = []) -> Histogram {
    self.help[name] = help
    let key = MetricKey(name: name, labels: labels)
    if let histogram = histograms[key] { return histogram }
    let histogram = Histogram()
    histograms[key] = histogram
    return histogram
  }

  package var snapshot: MetricsSnapshot {
    MetricsSnapshot(
      help: help, counters: counters.mapValues(\.value), gauges: gauges.mapValues(\.value),
      histograms: histograms.mapValues(\.counts))
  }
}

package struct MetricLabel: Hashable, Sendable {
  package let name: String
  package let value: String

  package init(_ name: String, _ value: String) {
    self.name = name
    self.value = value
  }
}

struct MetricKey: Hashable, Sendable {
  let name: String
  let labels: [MetricLabel]
}

/// Only grows.
package final class Counter {
  package private(set) var value: UInt64 = 0

  package func add(_ count: UInt64 = 1) { value &+= count }
}

/// A level: goes up and down.
package final class Gauge {
  package var value: Int64 = 0
}
