import Glibc
import HTTP
import HTTPServer
import Loop
import Support
import Testing

/// A trace that somebody else has begun, as a collector of OpenTelemetry sees it.
@Suite struct `A trace` {
  private let caller = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331"

  @Test func `goes on at the edge and at the origin, span by span, and tells no secret`() throws {
    try Stage.run { stage in
      let collector = try Collector(stage)
      let house = try await Deployment(on: stage, collector.plan)
      let target = "/api/v1/titles?q=secret-word"
      #expect(try await house.edge.get(target, fields: [("traceparent", "\(caller)-01")]).status == 200)
      // What is left is sent before they end.
      for program in house.edgePrograms + [house.originProgram] {
        program.send(SIGTERM)
        #expect(try await program.exit() == 0)
      }
      let spans = collector.spans.filter { $0["traceId"] == "0af7651916cd43dd8448eb211c80319c" }
      let edge = try #require(spans.first { $0["kind"] == "2" && $0["service"] == "moviesnow-edge" })
      let question = try #require(spans.first { $0["kind"] == "3" })
      let origin = try #require(spans.first { $0["kind"] == "2" && $0["service"] == "moviesnow-origin" })
      #expect(spans.count == 3)
      #expect(edge["parentSpanId"] == "b7ad6b7169203331" && edge["name"] == "GET proxied")
      #expect(question["parentSpanId"] == edge["spanId"] && question["service"] == "moviesnow-edge")
      #expect(origin["parentSpanId"] == question["spanId"] && origin["name"] == "GET /api/v1/titles")
      #expect(collector.fields.allSatisfy { $0 == "a key" } && collector.paths == ["/otlp/v1/traces"])
      #expect(!collector.texts.contains { $0.contains("secret") })
    }
  }

  @Test func `that is not sampled, or has no collector, leaves no span`() throws {
    try Stage.run { stage in
      let collector = try Collector(stage)
      let house = try await Deployment(on: stage, collector.plan)
      for flags in ["00", "zz"] {
        let fields: [(FieldName, String)] = [("traceparent", "\(caller)-\(flags)")]
        #expect(try await house.edge.get("/api/v1/titles", fields: fields).status == 200)
      }
      let edge = house.edgePrograms[0]
      edge.send(SIGTERM)
      #expect(try await edge.exit() == 0)
      #expect(collector.texts == [])
    }
  }
}

/// An OpenTelemetry collector that keeps what it is sent.
private final class Collector: Service {
  private(set) var texts: [String] = []
  private(set) var fields: Set<String> = []
  private(set) var paths: Set<String> = []
  private var base = ""

  init(_ stage: Stage) throws {
    let server = try Server(on: .tcp(host: "127.0.0.1", port: 0), loop: stage.loop, service: self)
    base = "http://127.0.0.1:\(server.port ?? 0)/otlp/"
    stage.atEnd { await server.drain(deadline: .zero) }
  }

  /// Both roles send here; no trace begins at them.
  var plan: Deployment.Plan {
    let settings = [
      "OTEL_EXPORTER_OTLP_ENDPOINT": base, "OTEL_EXPORTER_OTLP_HEADERS": "api-key=a%20key",
      "OTEL_TRACES_SAMPLER_ARG": "0",
    ]
    return Deployment.Plan(edgeSettings: settings, originSettings: settings)
  }

  /// Members, with the service that each is of.
  var spans: [[String: String]] {
    texts.flatMap { text -> [[String: String]] in
      guard let tree = JSONTree(Array(text.utf8)) else { return [] }
      let resource = "resourceSpans.0"
      let list = "\(resource).scopeSpans.0.spans"
      return (0..<100).compactMap { index in
        guard let id = tree["\(list).\(index).spanId"] else { return nil }
        var span = ["spanId": id, "service": tree["\(resource).resource.attributes.0.value.stringValue"] ?? ""]
        for name in ["traceId", "parentSpanId", "name", "kind"] { span[name] = tree["\(list).\(index).\(name)"] }
        return span
      }
    }
  }

  func dispatch(_ request: Request) -> Dispatch {
    .buffered(limit: 1 << 20) { [self] request in
      texts.append(String(decoding: request.body, as: UTF8.self))
      fields.insert(request.fields.first("api-key") ?? "")
      paths.insert(String(decoding: request.path, as: UTF8.self))
      return .ready(.json(.ok, Array("{}".utf8)))
    }
  }

  func finished(_ request: Request, status: Status, bytes: Int, duration: Duration) {}
}
