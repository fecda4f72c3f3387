internal import HTTP
internal import JSON

/// What a node did in a trace: a request that it answered, or one that it sent for it.
struct Span {
  /// Source: opentelemetry-proto, `Span.SpanKind`.
  enum Kind: Int { case server = 2, client = 3 }

  enum Value {
    case text(String)
    case number(Int)
  }

  let trace: TraceContext
  let kind: Kind
  /// `GET /titles/{title_id}`: never what a client has chosen.
  let name: String
  /// Unix nanoseconds.
  let end: Int64
  let duration: Duration
  let hasFailed: Bool
  /// By the names of OpenTelemetry's semantic conventions for HTTP.
  let attributes: [(name: String, value: Value)]
}

extension JSONWriter {
  /// A request to a collector. Source: OTLP/HTTP in JSON, `ExportTraceServiceRequest`.
  static func export(_ spans: some Collection<Span>, of service: String) -> [UInt8] {
    var writer = JSONWriter(capacity: 256 + 512 * spans.count)
    writer.object { request in
      request.name("resourceSpans")
      request.array { resources in
        resources.object { resource in
          resource.name("resource")
          resource.object {
            $0.attributes([
              ("service.name", .text(service)), ("service.version", .text(Build.current.version)),
            ])
          }
          resource.name("scopeSpans")
          resource.array { scopes in
            scopes.object { scope in
              scope.name("scope")
              scope.object { $0.field("name", "moviesnow") }
              scope.name("spans")
              scope.array { list in for span in spans { list.object { $0.members(of: span) } } }
            }
          }
        }
      }
    }
    return writer.bytes
  }

  private mutating func members(of span: Span) {
    field("traceId", span.trace.traceID)
    field("spanId", span.trace.spanID)
    if let parent = span.trace.parentSpanID { field("parentSpanId", parent) }
    field("name", span.name)
    field("kind", span.kind.rawValue)
    // 64-bit numbers are strings in protobuf's JSON.
    field("startTimeUnixNano", "\(span.end - Int64(span.duration / .nanoseconds(1)))")
    field("endTimeUnixNano", "\(span.end)")
    attributes(span.attributes)
    name("status")
    object { status in if span.hasFailed { status.field("code", 2) } }
  }

  private mutating func attributes(_ attributes: [(name: String, value: Span.Value)]) {
    name("attributes")
    array { list in
      for attribute in attributes {
        list.object { pair in
          pair.field("key", attribute.name)
          pair.name("value")
          pair.object { value in
            switch attribute.value {
            case .text(let text): value.field("stringValue", text)
            case .number(let number): value.field("intValue", "\(number)")
            }
          }
        }
      }
    }
  }
}
