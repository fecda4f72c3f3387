package import HTTP
internal import JSON

extension Request {
  /// The JSON body as a value. 400 when it is not JSON, 422 with the place and the reason when it is not such a value.
  package func decodeBody<Value: Decodable>(_ type: Value.Type) throws(Problem) -> Value {
    if let nothing = Nothing() as? Value { return nothing }
    guard isJSON else { throw Problem(.unsupportedMediaType, "Send the body as application/json") }
    do { return try JSONDocument.decode(type, from: body) } catch {
      throw Problem(refusing: error, in: "body", JSONSchema(of: type))
    }
  }

  /// The query as a value. 422 with the place and the reason when it is not such a value.
  package func decodeQuery<Value: Decodable>(_ type: Value.Type) throws(Problem) -> Value {
    do { return try Value(from: QueryDecoder(queryItems)) } catch {
      throw Problem(refusing: error, in: "query", JSONSchema(of: type))
    }
  }

  private var isJSON: Bool {
    fields.contains(.contentType) ? MediaType(fields)?.isJSON == true : true
  }
}

extension DecodingError {
  /// What `init(from:)` throws for a value that cannot be: a 422 that names the place and what was expected there.
  package static func expected(_ expected: String, at path: [any CodingKey]) -> DecodingError {
    .dataCorrupted(
      Context(codingPath: path, debugDescription: expected, underlyingError: InvalidValue(expected: expected)))
  }
}

private struct InvalidValue: Error { let expected: String }

extension Problem {
  /// A refused input.
  init(refusing error: any Error, in source: String, _ schema: JSONSchema) {
    guard let error = error as? DecodingError else {
      self = Problem(.unprocessableContent, title: "Validation error")
      return
    }
    let refusal = Refusal(error, schema)
    if refusal.isSyntax {
      self = Problem(.badRequest, "The \(source) is not valid JSON")
      return
    }
    self = Problem(invalid: refusal.path, in: source, refusal.message, type: refusal.type)
  }
}

/// A decoding error in the words of the API.
private struct Refusal {
  let path: [String]
  let message: String
  let type: String
  let isSyntax: Bool

  /// - Parameter schema: of what was expected. Foundation's words would name a type of ours and repeat what was sent.
  init(_ error: DecodingError, _ schema: JSONSchema) {
    switch error {
    case .keyNotFound(let key, let context):
      path = (context.codingPath + [key]).map(Self.place)
      (message, type, isSyntax) = ("Field required", "missing", false)
    case .valueNotFound(_, let context):
      path = context.codingPath.map(Self.place)
      (message, type, isSyntax) = ("Expected \(schema.at(path[...]).words), not null", "null", false)
    case .typeMismatch(_, let context):
      path = context.codingPath.map(Self.place)
      (message, type, isSyntax) = ("Expected \(schema.at(path[...]).words)", "type", false)
    case .dataCorrupted(let context):
      path = context.codingPath.map(Self.place)
      let invalid = context.underlyingError as? InvalidValue
      (message, type) = ("Expected \(invalid?.expected ?? schema.at(path[...]).words)", "value")
      isSyntax = invalid == nil && path.isEmpty
    @unknown default:
      (path, message, type, isSyntax) = ([], "Invalid value", "value", false)
    }
  }

  /// A member by its name in JSON, an array's item by its number.
  private static func place(_ key: any CodingKey) -> String {
    key.intValue.map { String($0) } ?? snakeCase(key.stringValue)
  }
}
