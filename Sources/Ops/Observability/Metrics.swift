/// The measurements of one loop. Its objects are confined to that loop: counting costs an addition, no lock and no
/// atomic. A scrape takes each loop's `snapshot`, merges them and writes the text.
package final class Metrics {
  /// Of the text that a snapshot gives.
  package static let contentType = "text/plain; version=0.0.4; charset=utf-8"

  private let common: [MetricLabel]
  private var counters: [MetricKey: Counter] = [:]
  private var gauges: [MetricKey: Gauge] = [:]
  private var histograms: [MetricKey: Histogram] = [:]
  private var readings: [MetricKey: Reading] = [:]
  private var families: [String: MetricFamily] = [:]

  /// - labels: stand in front of each series' own: which part of the process it is.
  package init(labels: [MetricLabel] = []) { common = labels }

  /// The same name and labels give the same counter. Keep it: the look-up is not for the request path.
  package func counter(_ name: String, help: String, labels: [MetricLabel] = []) -> Counter {
    let key = key(name, help, labels)
    if let counter = counters[key] { return counter }
    let counter = Counter()
    counters[key] = counter
    return counter
  }

  package func gauge(
    _ name: String, help: String, labels: [MetricLabel] = [], together: Combination = .sum
  ) -> Gauge {
    let key = key(name, help, labels, together)
    if let gauge = gauges[key] { return gauge }
    let gauge = Gauge()
    gauges[key] = gauge
    return gauge
  }

  /// Durations, in seconds.
  package func histogram(_ name: String, help: String, labels: [MetricLabel] = []) -> Histogram {
    let key = key(name, help, labels)
    if let histogram = histograms[key] { return histogram }
    let histogram = Histogram()
    histograms[key] = histogram
    return histogram
  }

  /// What somebody else counts: asked for at each scrape.
  package func counter(_ name: String, help: String, labels: [MetricLabel] = [], reading: @escaping () -> Double) {
    readings[key(name, help, labels)] = Reading(isCounter: true, value: reading)
  }

  package func gauge(
    _ name: String, help: String, labels: [MetricLabel] = [], together: Combination = .sum,
    reading: @escaping () -> Double
  ) {
    readings[key(name, help, labels, together)] = Reading(isCounter: false, value: reading)
  }

  package var snapshot: MetricsSnapshot {
    var snapshot = MetricsSnapshot(
      families: families, counters: counters.mapValues { Double($0.value) },
      gauges: gauges.mapValues { Double($0.value) },
      histograms: histograms.mapValues(\.counts))
    for (key, reading) in readings { snapshot.note(reading.value(), of: key, isCounter: reading.isCounter) }
    return snapshot
  }

  private func key(
    _ name: String, _ help: String, _ labels: [MetricLabel], _ together: Combination = .sum
  ) -> MetricKey {
    families[name] = MetricFamily(help: help, together: together)
    return MetricKey(name: name, labels: common + labels)
  }

  private struct Reading {
    let isCounter: Bool
    let value: () -> Double
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

/// What the levels of several loops are together.
package enum Combination: Sendable {
  /// They share out what is counted.
  case sum
  /// All have to be well, as of what is 1 while it works.
  case least
  /// One is enough to tell, as of what is 1 while something is wrong.
  case greatest

  func callAsFunction(_ mine: Double, _ theirs: Double) -> Double {
    switch self {
    case .sum: mine + theirs
    case .least: min(mine, theirs)
    case .greatest: max(mine, theirs)
    }
  }
}

/// What all series of a name have in common.
struct MetricFamily: Sendable {
  let help: String
  let together: Combination
}

struct MetricKey: Hashable, Sendable {
  let name: String
  let labels: [MetricLabel]
}

/// Only grows.
package final class Counter {
  package var value: UInt64 { total }
  private var total: UInt64 = 0

  package func add(_ count: UInt64 = 1) { total &+= count }
}

/// A level: goes up and down.
package final class Gauge {
  package var value: Int64 = 0
}
