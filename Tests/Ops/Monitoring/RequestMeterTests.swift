import HTTP
import Logging
@testable import Monitoring
import Observability
import Synchronization
import Testing

@Suite struct `A request's end` {
  @Test func `is counted and timed by method, route and status, and not by what the client made up`() {
    let metrics = Metrics()
    let meter = RequestMeter(["/titles/{title_id}"], rest: "unmatched", metrics, AccessLog(of: .edge, sample: 0))
    for target in ["/titles/1", "/titles/2"] {
      let request = Request(.get, target)
      request.route = 0
      meter.finished(request, status: .ok, bytes: 3, duration: .microseconds(70))
    }
    meter.finished(Request(.post, "/wp-login.php"), status: .notFound, bytes: 3, duration: .zero)
    let text = metrics.snapshot.prometheusText
    let series =
      #"http_request_method="GET",http_route="/titles/{title_id}",http_response_status_code="200","#
      + #"network_protocol_version="1.1""#
    #expect(text.contains("http_server_request_duration_seconds_count{\(series)} 2\n"))
    #expect(text.contains("http_server_request_duration_seconds_bucket{\(series),le=\"6.4e-05\"} 0\n"))
    #expect(
      text.contains(#"http_route="unmatched",http_response_status_code="404",network_protocol_version="1.1"} 1"#)
        && !text.contains("wp-login"))
  }

  @Test func `has a line for one in so many, and always for a failure that is ours, without a secret`() {
    let lines = Lines()
    let log = AccessLog(
      Logger(label: "edge.access") { JSONLinesLogHandler(label: $0, level: .info) { lines.append($0) } }, sample: 3)
    let request = Request(.get, "/sessions/secret-id?api_key=secret-key")
    for _ in 0..<7 { log.note(request, "/sessions/{id}", .ok, bytes: 5, duration: .microseconds(12)) }
    log.note(request, "/sessions/{id}", .notImplemented, bytes: 5, duration: .zero)
    #expect(lines.all.count == 2)
    log.note(request, "/sessions/{id}", .serviceUnavailable, bytes: 5, duration: .zero)
    #expect(lines.all.count == 3 && lines.all[2].contains(#""level":"error""#))
    #expect(lines.all[0].contains(#""route":"/sessions/{id}""#) && lines.all[0].contains(#""microseconds":"12""#))
    #expect(lines.all.allSatisfy { !$0.contains("secret") && $0.contains("\(request.id)") })
  }
}

private final class Lines: Sendable {
  private let lines = Mutex<[String]>([])

  func append(_ line: [UInt8]) { lines.withLock { $0.append(String(decoding: line, as: UTF8.self)) } }
  var all: [String] { lines.withLock { $0 } }
}
