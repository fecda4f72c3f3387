package import JSON

/// The shape of a JSON value, as OpenAPI 3.1 writes it (JSON Schema 2020-12).
package indirect enum JSONSchema: Equatable, Sendable {
  case any
  case boolean
  case integer(ClosedRange<Int>? = nil)
  case number
  case string(description: String? = nil)
  case choice([String])
  case array(JSONSchema)
  /// Values of one shape under any names.
  case map(JSONSchema)
  case object([Member])

  package struct Member: Equatable, Sendable {
    package let name: String
    package let schema: JSONSchema
    package let isRequired: Bool
  }

  /// Derived from how the type decodes itself, so that the document cannot differ from the code.
  package init<Value: Decodable>(of type: Value.Type) {
    self = SchemaRecorder.schema(of: type)
  }

  package func write(to writer: inout JSONWriter) {
    writer.object { schema in
      switch self {
      case .any: break
      case .boolean: schema.field("type", "boolean")
      case .number: schema.field("type", "number")
      case .integer(let range):
        schema.field("type", "integer")
        schema.field("minimum", range?.lowerBound)
        if let range, range.upperBound < .max { schema.field("maximum", range.upperBound) }
      case .string(let description):
        schema.field("type", "string")
        schema.field("description", description)
      case .choice(let values):
        schema.field("type", "string")
        schema.field("enum", values)
      case .array(let element):
        schema.field("type", "array")
        schema.name("items")
        element.write(to: &schema)
      case .map(let value):
        schema.field("type", "object")
        schema.name("additionalProperties")
        value.write(to: &schema)
      case .object(let members):
        schema.field("type", "object")
        let required = members.filter(\.isRequired).map(\.name)
        if !required.isEmpty { schema.field("required", required) }
        schema.name("properties")
        schema.object { properties in
          for member in members {
            properties.name(member.name)
            member.schema.write(to: &properties)
          }
        }
      }
    }
  }
}
