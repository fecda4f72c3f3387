internal import HTTP
internal import JSON

/// The OpenAPI 3.1 document of a set of routes, as JSON. Source: OpenAPI Specification 3.1.0.
package struct OpenAPI {
  private let title: String
  private let version: String
  private let routes: [Route]

  package init(title: String, version: String, routes: [Route]) {
    self.title = title
    self.version = version
    self.routes = routes
  }

  package var document: [UInt8] {
    var writer = JSONWriter()
    writer.object { document in
      document.field("openapi", "3.1.0")
      document.name("info")
      document.object { info in
        info.field("title", title)
        info.field("version", version)
      }
      document.name("paths")
      document.object { paths in
        let byPattern = Dictionary(grouping: routes, by: \.pattern)
        for pattern in byPattern.keys.sorted() {
          paths.name(pattern)
          paths.object { path in
            for route in byPattern[pattern] ?? [] { write(route, to: &path) }
          }
        }
      }
      document.name("components")
      document.object { components in
        components.name("securitySchemes")
        components.raw(Array(Self.securitySchemes.utf8))
      }
    }
    return writer.bytes
  }

  private func write(_ route: Route, to path: inout JSONWriter) {
    path.name("\(route.method)".lowercased())
    path.object { operation in
      operation.field("summary", route.summary)
      operation.name("parameters")
      operation.array { parameters in
        for name in captures(of: route.pattern) {
          write(name, in: "path", .string(), isRequired: true, to: &parameters)
        }
        if case .query(.object(let members)) = route.input {
          for member in members {
            write(member.name, in: "query", member.schema, isRequired: member.isRequired, to: &parameters)
          }
        }
        if route.rules.idempotency != nil {
          write("Idempotency-Key", in: "header", .string(), isRequired: false, to: &parameters)
        }
      }
      if case .body(let schema) = route.input {
        operation.name("requestBody")
        operation.object { body in
          body.field("required", true)
          write(schema, to: &body)
        }
      }
      writeResponses(of: route, to: &operation)
      writeSecurity(of: route.rules.access, to: &operation)
    }
  }

  private func write(
    _ name: String, in place: String, _ schema: JSONSchema, isRequired: Bool, to parameters: inout JSONWriter
  ) {
    parameters.object { parameter in
      parameter.field("name", name)
      parameter.field("in", place)
      parameter.field("required", isRequired)
      parameter.name("schema")
      schema.write(to: &parameter)
    }
  }

  private func write(_ schema: JSONSchema, to owner: inout JSONWriter) {
    owner.name("content")
    owner.object { content in
      content.name("application/json")
      content.object { media in
        media.name("schema")
        schema.write(to: &media)
      }
    }
  }

  private func writeResponses(of route: Route, to operation: inout JSONWriter) {
    operation.name("responses")
    operation.object { responses in
      responses.name(String(route.success.code))
      responses.object { response in
        response.field("description", route.success.reason)
        if let output = route.output { write(output, to: &response) }
      }
      responses.name("default")
      responses.object { $0.field("description", "A problem document (RFC 9457)") }
    }
  }

  private func writeSecurity(of access: Access, to operation: inout JSONWriter) {
    let scheme: String? =
      switch access {
      case .anyone, .edge: nil
      case .publicKey: "publicKey"
      case .user, .admin: "bearer"
      }
    guard let scheme else { return }
    operation.name("security")
    operation.array { list in list.object { $0.field(scheme, [String]()) } }
  }

  private func captures(of pattern: String) -> [String] {
    pattern.split(separator: "/").filter { $0.hasPrefix("{") }.map { $0.trimmingBraces }
  }

  private static let securitySchemes = """
    {"bearer":{"type":"http","scheme":"bearer","bearerFormat":"JWT"},\
    "publicKey":{"type":"apiKey","in":"header","name":"X-API-Key"}}
    """
}

extension Substring {
  fileprivate var trimmingBraces: String { String(dropFirst().dropLast()) }
}
