internal import FoundationEssentials
package import HTTP

/// What an answer carries besides its output.
package struct Reply {
  package var status = Status.ok
  package var fields = Fields()
  /// Of an answer that will be outdated sooner than its route says; nil: the route's holds.
  package var freshness: Duration?
  /// The cache tags of what a shared answer shows: a write that names one of them outdates it.
  package var tags: [String] = []

  package init() {}

  /// The answer with `output` as JSON; without a body when there is no output.
  func response<Output: Encodable>(to output: Output) throws -> Response {
    guard !(output is Nothing) else { return Response(status, fields: fields) }
    var response = Response(status, fields: fields, body: .bytes(try JSONDocument.encode(output)))
    if !fields.contains(.contentType) { response.fields.append(.contentType, "application/json") }
    return response
  }
}

/// JSON as our API spells it: snake case, keys sorted so that equal values give equal bytes and so one ETag.
package enum JSONDocument {
  package static func encode(_ value: some Encodable) throws -> [UInt8] {
    let encoder = JSONEncoder()
    encoder.keyEncodingStrategy = .convertToSnakeCase
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    return Array(try encoder.encode(value))
  }

  package static func decode<Value: Decodable>(_ type: Value.Type, from bytes: [UInt8]) throws -> Value {
    let decoder = JSONDecoder()
    decoder.keyDecodingStrategy = .convertFromSnakeCase
    return try decoder.decode(type, from: Data(bytes))
  }
}

/// A property's name in JSON: `titleId` is `title_id`.
func snakeCase(_ name: String) -> String {
  name.reduce(into: "") { result, letter in
    if letter.isUppercase, !result.isEmpty { result.append("_") }
    result.append(contentsOf: letter.lowercased())
  }
}
