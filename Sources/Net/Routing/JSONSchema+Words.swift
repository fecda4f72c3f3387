extension JSONSchema {
  /// The shape of what stands at a place, each step a member's name or an item's number.
  func at(_ path: ArraySlice<String>) -> JSONSchema {
    guard let step = path.first else { return self }
    let inner: JSONSchema? =
      switch self {
      case .array(let element): element
      case .map(let value): value
      case .object(let members): members.first { $0.name == step }?.schema
      default: nil
      }
    return inner?.at(path.dropFirst()) ?? .any
  }

  /// What a person is told to send.
  var words: String {
    switch self {
    case .any: "another value"
    case .boolean: "true or false"
    case .integer(nil): "a whole number"
    case .integer(let range?): "a whole number from \(range.lowerBound) to \(range.upperBound)"
    case .number: "a number"
    case .string(let description): description ?? "a string"
    case .choice(let values): "one of \(values.joined(separator: ", "))"
    case .array: "an array"
    case .map, .object: "an object"
    }
  }
}
