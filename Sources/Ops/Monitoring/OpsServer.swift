internal import HTTP
internal import HTTPServer
internal import JSON
package import Loop
internal import Observability

/// What operators and their tools ask, on an address of its own: measurements, and readiness with its details. One a
/// process, for every node in it.
package final class OpsServer {
  private let server: Server

  /// What else a process tells, as JSON, by its path.
  package typealias Documents = [String: () async -> [UInt8]]

  package init(
    on sockets: [ListeningSocket], loop: EventLoop, _ metrics: ProcessMetrics, _ nodes: [Readiness],
    documents: Documents = [:]
  ) throws {
    server = try Server(loop: loop, service: OpsService(on: loop, metrics, nodes, documents))
    try server.listen(on: sockets)
  }

  package var endpoint: Endpoint? { server.endpoint }
  package var port: UInt16? { server.port }
  /// The last thing that a process stops: it tells until then that the rest is ending.
  package func stop() async { await server.drain(deadline: .seconds(1)) }
}

private final class OpsService: Service {
  private var router = Router<() async -> Response>()
  private let loop: EventLoop
  private let metrics: ProcessMetrics
  private let nodes: [Readiness]

  init(on loop: EventLoop, _ metrics: ProcessMetrics, _ nodes: [Readiness], _ documents: OpsServer.Documents) {
    self.loop = loop
    self.metrics = metrics
    self.nodes = nodes
    router.add(.get, "/metrics") { [unowned self] in await measurements() }
    router.add(.get, "/readyz") { [unowned self] in await readiness() }
    router.add(.get, "/healthz") { .json(.ok, Array(#"{"status":"ok"}"#.utf8)) }
    router.add(.get, "/version") { Self.version }
    for (path, document) in documents { router.add(.get, path) { .json(.ok, await document()) } }
  }

  func dispatch(_ request: Request) -> Dispatch {
    switch router.match(request) {
    case .found(let answer):
      return .buffered(limit: 0) { _ in .later { await answer().with(.cacheControl, "no-store") } }
    case .methodNotAllowed(let allow):
      return .respond(Problem(.methodNotAllowed).with(.allow, allow).response(instance: request.id))
    case .notFound:
      return .respond(
        Problem(.notFound, "Here are /metrics, /readyz, /healthz and /version").response(instance: request.id))
    }
  }

  func finished(_ request: Request, status: Status, bytes: Int, duration: Duration) {}

  private func measurements() async -> Response {
    let text = await metrics.snapshot(on: loop).prometheusText
    return Response(.ok, contentType: Metrics.contentType, Array(text.utf8))
  }

  private func readiness() async -> Response {
    var findings: [Readiness.Finding] = []
    for node in nodes { findings += await node.findings() }
    let isDraining = nodes.contains(where: \.isDraining)
    let isReady = !isDraining && findings.allSatisfy(\.isReady)
    var writer = JSONWriter()
    writer.object { document in
      document.field("ok", isReady)
      document.field("draining", isDraining)
      document.name("checks")
      document.array { checks in
        for finding in findings {
          checks.object { check in
            check.field("name", finding.name)
            check.field("ok", finding.isReady)
            check.field("milliseconds", finding.duration / .milliseconds(1))
          }
        }
      }
    }
    return Response.json(isReady ? .ok : .serviceUnavailable, writer.bytes)
  }

  private static var version: Response {
    var writer = JSONWriter()
    writer.object { document in
      document.field("version", Build.current.version)
      document.field("runtime", Build.current.runtime)
    }
    return .json(.ok, writer.bytes)
  }
}
