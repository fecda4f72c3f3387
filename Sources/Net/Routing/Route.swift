package import HTTP

/// A route, declared once. The router, the guards, the checks of its input and the OpenAPI document derive from it.
package struct Route {
  package let method: Method
  /// As the router reads it: `/api/v1/titles/{title_id}`.
  package let pattern: String
  /// What it does, in a few words: the OpenAPI summary.
  package let summary: String
  package let rules: Rules
  package let input: Input
  package let output: JSONSchema?
  /// The status of an answer whose handler names no other.
  package let success: Status
  /// Takes the call through input decoding, the handler and output encoding. Throws `Problem` for all that it refuses.
  package let answer: (Call) async throws -> Response

  /// Where a route's input is read from: GET and DELETE from the query, the others from a JSON body.
  package enum Input {
    case none
    case query(JSONSchema)
    case body(JSONSchema)
  }

  /// - Parameter handle: gets the decoded input, returns the output; another status or more fields go to `call.reply`.
  package init<Value: Decodable, Output: Codable>(
    _ method: Method, _ pattern: String, _ summary: String, _ rules: Rules, success: Status = .ok,
    handle: @escaping (Call, Value) async throws -> Output
  ) {
    self.method = method
    self.pattern = pattern
    self.summary = summary
    self.rules = rules
    self.success = success
    let readsQuery = method == .get || method == .delete
    let schema = JSONSchema(of: Value.self)
    input = Value.self == Nothing.self ? .none : readsQuery ? .query(schema) : .body(schema)
    output = Output.self == Nothing.self ? nil : JSONSchema(of: Output.self)
    answer = { call in
      call.reply.status = success
      let value =
        readsQuery
        ? try call.request.decodeQuery(Value.self)
        : try call.request.decodeBody(Value.self)
      let output = try await handle(call, value)
      // Only now: the handler may have changed the reply.
      return try call.reply.response(to: output)
    }
  }

  /// A route without input.
  package init<Output: Codable>(
    _ method: Method, _ pattern: String, _ summary: String, _ rules: Rules, success: Status = .ok,
    handle: @escaping (Call) async throws -> Output
  ) {
    self.init(method, pattern, summary, rules, success: success) { (call, _: Nothing) in try await handle(call) }
  }

  /// A route without input whose answer is not JSON of ours: a page, a text.
  package init(
    _ method: Method, _ pattern: String, _ summary: String, _ rules: Rules,
    respond: @escaping (Call) async throws -> Response
  ) {
    self.method = method
    self.pattern = pattern
    self.summary = summary
    self.rules = rules
    success = .ok
    input = .none
    output = nil
    answer = respond
  }
}

/// No input, or no output: the type that has no members.
package struct Nothing: Codable, Sendable {
  package init() {}
}
