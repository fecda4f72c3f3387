/// What a program tells Prometheus, read strictly: more than `promtool check metrics` sees.
/// Source: Prometheus, "Exposition formats", text format 0.0.4; "Metric and label naming".
package struct MetricsText {
  private struct Family {
    let name: String
    var type: Substring?
    var series: [Series] = []
  }

  private struct Series: Hashable {
    let name: String
    /// Sorted; its bucket apart.
    let labels: [String]
    let bound: Double?
  }

  /// What is wrong, each with its line or family. None of a text that is as it should be.
  package private(set) var faults: [String] = []
  private var families: [Family] = []
  private var values: [Series: Double] = [:]

  package init(_ text: String) {
    if !text.hasSuffix("\n") { faults.append("the last line does not end") }
    for line in text.split(separator: "\n", omittingEmptySubsequences: false).dropLast() {
      let words = line.split(separator: " ", maxSplits: 3)
      switch words.first {
      case "#" where words.count == 4 && words[1] == "HELP": open(String(words[2]))
      case "#" where words.count == 4 && words[1] == "TYPE": take(type: words[3], of: words[2], line)
      default: take(sample: line)
      }
    }
    for family in families { check(family) }
  }

  private mutating func open(_ name: String) {
    if families.contains(where: { $0.name == name }) { faults.append("\(name) comes twice") }
    families.append(Family(name: name))
  }

  private mutating func take(type: Substring, of name: Substring, _ line: Substring) {
    guard let last = families.indices.last, families[last].name == name, families[last].type == nil else {
      return faults.append("a type without its help before it: \(line)")
    }
    families[last].type = type
  }

  private mutating func take(sample line: Substring) {
    guard let (series, value) = Self.sample(line), let family = families.indices.last else {
      return faults.append("no sample: \(line)")
    }
    let parts = families[family].type == "histogram" ? ["_bucket", "_sum", "_count"] : [""]
    if !parts.contains(where: { series.name == families[family].name + $0 }) {
      faults.append("apart from its family: \(line)")
    }
    if values.updateValue(value, forKey: series) != nil { faults.append("told twice: \(line)") }
    families[family].series.append(series)
  }

  private mutating func check(_ family: Family) {
    let name = family.name
    let isCounter = family.type == "counter"
    if !["counter", "gauge", "histogram"].contains(family.type) { faults.append("\(name) has no type") }
    if name.hasSuffix("_total") != isCounter { faults.append("\(name): counters, and they alone, end in _total") }
    if family.series.isEmpty { faults.append("\(name) is empty") }
    for unit in ["_milliseconds", "_microseconds", "_nanoseconds", "_ms", "_kilobytes", "_megabytes", "_percent"]
    where name.contains(unit) { faults.append("\(name): its unit is no base unit") }
    if isCounter, family.series.contains(where: { values[$0, default: 0] < 0 }) { faults.append("\(name) < 0") }
    if family.type == "histogram" { check(histogram: family) }
  }

  private mutating func check(histogram family: Family) {
    let name = family.name
    if !name.hasSuffix("_seconds") { faults.append("\(name): its unit is not said") }
    for (labels, series) in Dictionary(grouping: family.series, by: \.labels) {
      let buckets = series.filter { $0.name == "\(name)_bucket" }
      let (bounds, counts) = (buckets.map { $0.bound ?? .nan }, buckets.map { values[$0, default: .nan] })
      let isCumulative = zip(counts, counts.dropFirst()).allSatisfy { $0 <= $1 }
      let isOrdered = zip(bounds, bounds.dropFirst()).allSatisfy { $0 < $1 }
      let count = values[Series(name: "\(name)_count", labels: labels, bound: nil)]
      let sum = values[Series(name: "\(name)_sum", labels: labels, bound: nil)]
      guard isCumulative, isOrdered, bounds.last == .infinity, count != nil, count == counts.last, sum != nil else {
        faults.append("\(name)\(labels): buckets, sum and count do not fit")
        continue
      }
    }
  }

  /// `name{label="value",…} number`
  private static func sample(_ line: Substring) -> (Series, Double)? {
    guard let space = line.lastIndex(of: " "), let value = Double(line[line.index(after: space)...]) else { return nil }
    var rest = line[..<space]
    let name = rest.prefix { $0 != "{" }
    rest = rest[name.endIndex...]
    guard name.wholeMatch(of: /[a-zA-Z_][a-zA-Z0-9_]*/) != nil else { return nil }
    var labels: [Substring: Substring] = [:]
    if !rest.isEmpty {
      guard rest.first == "{", rest.last == "}" else { return nil }
      rest = rest.dropFirst().dropLast()
      while let label = rest.prefixMatch(of: /([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\\n]|\\[\\"n])*)"(,?)/) {
        guard labels.updateValue(label.2, forKey: label.1) == nil else { return nil }
        rest = rest[label.range.upperBound...]
        if rest.isEmpty != label.3.isEmpty { return nil }
      }
      guard rest.isEmpty, !labels.isEmpty else { return nil }
    }
    let bound = labels.removeValue(forKey: "le").map { Double($0 == "+Inf" ? "inf" : $0) ?? .nan }
    return (Series(name: String(name), labels: labels.map { "\($0)=\($1)" }.sorted(), bound: bound), value)
  }
}
