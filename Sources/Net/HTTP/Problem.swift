internal import JSON

/// An error as the client sees it; handlers throw it. Source: RFC 9457.
package struct Problem: Error {
  package var status: Status
  package var type = "about:blank"
  package var title: String
  package var detail: String
  /// More fields of the answer, such as Retry-After.
  package var fields = Fields()
  /// More members of the document, in order, each value as JSON.
  private var extensions: [(name: String, json: [UInt8])] = []

  /// - detail: for the caller's eyes; it names no internals.
  package init(_ status: Status, _ detail: String? = nil, title: String? = nil) {
    self.status = status
    self.title = title ?? status.reason
    self.detail = detail ?? status.reason
  }

  /// No fault of the client's, and soon over.
  package static var busy: Problem { Problem(.serviceUnavailable, "Try again in a moment").with(.retryAfter, "1") }

  /// 422 for an input: where it stands and why it is refused. Never the input itself: it may be a password.
  /// - path: of a member within the source, which is the body, or the query.
  /// - type: the kind of the reason: `missing`, `null`, `type` or `value`.
  package init(invalid path: [String], in source: String = "body", _ reason: String, type: String) {
    let path = [source] + path
    var writer = JSONWriter()
    writer.array { errors in
      errors.object { error in
        error.field("loc", path)
        error.field("msg", reason)
        error.field("type", type)
      }
    }
    self = Problem(
      .unprocessableContent, "\(path.joined(separator: ".")): \(reason)", title: "Validation error"
    ).adding("errors", json: writer.bytes)
  }

  /// The same with one more member; `json` is a whole JSON value.
  package func adding(_ name: String, json: [UInt8]) -> Problem {
    var problem = self
    problem.extensions.append((name, json))
    return problem
  }

  package func adding(_ name: String, _ text: String) -> Problem {
    var writer = JSONWriter()
    writer.value(text)
    return adding(name, json: writer.bytes)
  }

  package func with(_ name: FieldName, _ value: String) -> Problem {
    var problem = self
    problem.fields.set(name, value)
    return problem
  }

  /// - instance: what names this one occurrence, our request id.
  package func response(instance: UUIDv4) -> Response {
    var writer = JSONWriter()
    writer.object { document in
      document.field("type", type)
      document.field("title", title)
      document.field("status", status.code)
      document.field("detail", detail)
      document.field("instance", "urn:uuid:\(instance)")
      for (name, json) in extensions {
        document.name(name)
        document.raw(json)
      }
    }
    var response = Response(status, fields: fields, body: .bytes(writer.bytes))
    response.fields.append(.contentType, "application/problem+json")
    if !fields.contains(.cacheControl) { response.fields.append(.cacheControl, "no-store") }
    return response
  }
}
