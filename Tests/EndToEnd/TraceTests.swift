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
      let house = try await Deployment(on: stage, collector.plan(trusting: "127.0.0.0/8"))
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

  @Test func `holds what the object store was asked for a URL, under the request that wants it`() throws {
    try Stage.run { stage in
      let collector = try Collector(stage)
      let house = try await Deployment(on: stage, collector.plan(trusting: "127.0.0.0/8"))
      let key = "bundles/secret-film/S01.zip"
      try await house.objects.put(key, [1])
      let fields: [(FieldName, String)] = [("traceparent", "\(caller)-01")]
      let wanted = "{\"storage_key\":\"\(key)\"}"
      #expect(try await house.edge.post("/api/v1/delivery/download-url", wanted, fields: fields).status == 200)
      let edge = house.edgePrograms[0]
      edge.send(SIGTERM)
      #expect(try await edge.exit() == 0)
      let server = try #require(collector.spans.first { $0["kind"] == "2" })
      let client = try #require(collector.spans.first { $0["kind"] == "3" })
      #expect(collector.spans.count == 2 && client["parentSpanId"] == server["spanId"] && client["name"] == "HEAD")
      let place = #"{"key":"server.address","value":{"stringValue":"127.0.0.1"}}"#
      let port = #"{"key":"server.port","value":{"intValue":""#
      #expect(collector.texts.contains { $0.contains(place) && $0.contains(port) })
      #expect(!collector.texts.contains { $0.contains("secret") })
    }
  }

  @Test func `goes on, and is not sampled, because a caller whom nobody trusts wants it to be`() throws {
    try Stage.run { stage in
      let collector = try Collector(stage)
      let house = try await Deployment(on: stage, collector.plan())
      let fields: [(FieldName, String)] = [("traceparent", "\(caller)-01")]
      let answer = try await house.edge.get("/api/v1/titles", fields: fields)
      #expect(answer.fields.first(.traceparent)?.hasPrefix(caller.prefix(36)) == true)
      #expect(answer.fields.first(.traceparent)?.hasSuffix("-00") == true)
      #expect(try await house.origin.get("/api/v1/titles", fields: fields).status == 200)
      for program in house.edgePrograms + [house.originProgram] {
        program.send(SIGTERM)
        #expect(try await program.exit() == 0)
      }
      #expect(collector.texts == [])
    }
  }

  @Test func `that is not sampled, or has no collector, leaves no span`() throws {
    try Stage.run { stage in
      let collector = try Collector(stage)
      let house = try await Deployment(on: stage, collector.plan(trusting: "127.0.0.0/8"))
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
  /// - Parameter proxies: whose word the edge takes on a trace too.
  func plan(trusting proxies: String? = nil) -> Deployment.Plan {
    var settings = [
      "OTEL_EXPORTER_OTLP_ENDPOINT": base, "OTEL_EXPORTER_OTLP_HEADERS": "api-key=a%20key",
      "OTEL_TRACES_SAMPLER_ARG": "0",
    ]
    let originSettings = settings
    settings["TRUSTED_PROXIES"] = proxies
    return Deployment.Plan(edgeSettings: settings, originSettings: originSettings)
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
