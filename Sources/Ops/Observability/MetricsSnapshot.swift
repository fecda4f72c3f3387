/// What one loop, or several together, had counted at one moment.
package struct MetricsSnapshot: Sendable {
  private var families: [String: MetricFamily]
  private var counters: [MetricKey: Double]
  private var gauges: [MetricKey: Double]
  private var histograms: [MetricKey: Histogram.Counts]

  init(
    families: [String: MetricFamily], counters: [MetricKey: Double], gauges: [MetricKey: Double],
    histograms: [MetricKey: Histogram.Counts]
  ) {
    self.families = families
    self.counters = counters
    self.gauges = gauges
    self.histograms = histograms
  }

  mutating func note(_ value: Double, of key: MetricKey, isCounter: Bool) {
    if isCounter { counters[key] = value } else { gauges[key] = value }
  }

  /// Adds another loop's: counters and buckets sum up, levels as their family says.
  package mutating func merge(_ other: MetricsSnapshot) {
    families.merge(other.families) { mine, _ in mine }
    counters.merge(other.counters, uniquingKeysWith: +)
    for (key, theirs) in other.gauges {
      gauges[key] = gauges[key].map { mine in families[key.name]?.together(mine, theirs) ?? mine } ?? theirs
    }
    histograms.merge(other.histograms) { mine, theirs in
      var sum = mine
      sum.add(theirs)
      return sum
    }
  }

  /// The Prometheus text format 0.0.4.
  package var prometheusText: String {
    var text = ""
    family(counters, "counter", in: &text) { key, value, text in
      text += "\(key.name)\(labelText(key.labels)) \(number(value))\n"
    }
    family(gauges, "gauge", in: &text) { key, value, text in
      text += "\(key.name)\(labelText(key.labels)) \(number(value))\n"
    }
    family(histograms, "histogram", in: &text, write: writeHistogram)
    return text
  }

  private func family<Value>(
    _ values: [MetricKey: Value], _ type: String, in text: inout String,
    write: (MetricKey, Value, inout String) -> Void
  ) {
    let sorted = values.sorted { ($0.key.name, labelText($0.key.labels)) < ($1.key.name, labelText($1.key.labels)) }
    var current = ""
    for (key, value) in sorted {
      if key.name != current {
        text += "# HELP \(key.name) \(families[key.name]?.help ?? "")\n# TYPE \(key.name) \(type)\n"
        current = key.name
      }
      write(key, value, &text)
    }
  }
}

private func writeHistogram(_ key: MetricKey, _ counts: Histogram.Counts, _ text: inout String) {
  var count: UInt64 = 0
  for (index, bucket) in counts.buckets.enumerated() {
    count += bucket
    let isLast = index == Histogram.Counts.bucketCount
    let bound = isLast ? "+Inf" : "\(Histogram.Counts.upperBound(of: index))"
    text += "\(key.name)_bucket\(labelText(key.labels + [MetricLabel("le", bound)])) \(count)\n"
  }
  text += "\(key.name)_sum\(labelText(key.labels)) \(Double(counts.totalMicroseconds) / 1_000_000)\n"
  text += "\(key.name)_count\(labelText(key.labels)) \(count)\n"
}

/// Whole numbers without a fraction.
private func number(_ value: Double) -> String {
  Int64(exactly: value).map { String($0) } ?? value.description
}

private func labelText(_ labels: [MetricLabel]) -> String {
  if labels.isEmpty { return "" }
  return "{" + labels.map { "\($0.name)=\"\(escaped($0.value))\"" }.joined(separator: ",") + "}"
}

/// A label's value: backslash, quote and line end are escaped.
private func escaped(_ value: String) -> String {
  var text = ""
  for character in value {
    switch character {
    case "\\": text += "\\\\"
    case "\"": text += "\\\""
    case "\n": text += "\\n"
    default: text.append(character)
    }
  }
  return text
}
