internal import HTTP
internal import HTTPClient
internal import Settings

/// Where spans go, by the names that OpenTelemetry gives its settings.
package struct TraceSettings: Sendable {
  /// `OTEL_EXPORTER_OTLP_ENDPOINT`: a collector's base URL, as `http://127.0.0.1:4318`; spans go to `/v1/traces` below
  /// it. Without it none are made.
  let collector: Authority
  let path: String
  /// `OTEL_EXPORTER_OTLP_HEADERS`: fields that the collector wants, as `api-key=…,x-tenant=…`. Secret.
  let fields: Fields
  /// `OTEL_SERVICE_NAME`. Default `moviesnow-edge`, `moviesnow-origin`.
  let service: String
  /// `OTEL_TRACES_SAMPLER_ARG`: of the traces that begin here, this share is sampled, 0 to 1, and of those that others
  /// have begun, unless a trusted proxy, or to an origin its edge, says which. Default 0.01 for an edge, 1 for an
  /// origin.
  package let share: Double

  /// Nil when there is no collector, or none that can be used: then the reader has the problem.
  init?(_ reader: SettingsReader, of role: NodeRole) {
    service = reader.string("OTEL_SERVICE_NAME", default: "moviesnow-\(role.rawValue)")
    let share = reader.value(
      "OTEL_TRACES_SAMPLER_ARG", default: role == .edge ? "0.01" : "1", expected: "a number from 0 to 1"
    ) { Double($0).flatMap { (0...1).contains($0) ? $0 : nil } }
    let headers = "OTEL_EXPORTER_OTLP_HEADERS"
    let fields =
      reader.text(headers) == nil
      ? Fields() : reader.value(headers, expected: "name=value, commas between several", Self.fields)
    let endpoint = "OTEL_EXPORTER_OTLP_ENDPOINT"
    guard reader.text(endpoint) != nil else { return nil }
    let place = reader.value(endpoint, expected: "a URL as http://127.0.0.1:4318", Self.place)
    guard let place, let share, let fields else { return nil }
    (collector, path) = place
    self.share = share
    self.fields = fields
  }

  private static func place(_ url: String) -> (Authority, path: String)? {
    let host = url.firstRange(of: "://")?.upperBound ?? url.startIndex
    let slash = url[host...].firstIndex(of: "/") ?? url.endIndex
    guard let authority = try? Authority(url: String(url[..<slash])) else { return nil }
    var base = url[slash...]
    while base.hasSuffix("/") { base.removeLast() }
    return (authority, "\(base)/v1/traces")
  }

  private static func fields(_ text: String) -> Fields? {
    var fields = Fields()
    for pair in text.split(separator: ",") {
      let parts = pair.split(separator: "=", maxSplits: 1).map { Array($0.utf8)[...].trimmedOWS }
      guard parts.count == 2, let name = FieldName(token: parts[0].text),
        let value = PercentEncoding.decode(parts[1])
      else { return nil }
      fields.append(name, value.text)
    }
    return fields
  }
}
