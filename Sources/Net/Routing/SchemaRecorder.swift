/// A decoder that reads nothing: it answers each question with a sample and remembers what was asked.
final class SchemaRecorder: Decoder {
  let codingPath: [any CodingKey] = []
  let userInfo: [CodingUserInfoKey: Any] = [:]
  private var recorded = JSONSchema.any

  static func schema<Value: Decodable>(of type: Value.Type) -> JSONSchema { sample(type).schema }

  /// A value of the type, with its shape; no value when its initialiser refuses every sample.
  static func sample<Value: Decodable>(_ type: Value.Type) -> (value: Value?, schema: JSONSchema) {
    if let known = scalar(type) { return known }
    let recorder = SchemaRecorder()
    let value = try? Value(from: recorder)
    return (value, recorder.recorded)
  }

  private static func scalar<Value: Decodable>(_ type: Value.Type) -> (value: Value?, schema: JSONSchema)? {
    switch type {
    case is String.Type: return ("" as? Value, .string())
    case is Bool.Type: return (false as? Value, .boolean)
    case is Double.Type: return (0.0 as? Value, .number)
    case let integer as any FixedWidthInteger.Type: return (integer.zero as? Value, .integer())
    case let domain as any DomainValue.Type: return (domain.example as? Value, domain.schema)
    case let bounded as any BoundedNumber.Type:
      return (try? Value(from: Sample(bounded.range.lowerBound)), .integer(bounded.range))
    case let choice as any (CaseIterable & RawRepresentable).Type: return choices(of: choice)
    case let array as any SampledArray.Type: return (array.empty as? Value, .array(array.element))
    case let map as any SampledMap.Type: return (map.empty as? Value, .map(map.element))
    default: return nil
    }
  }

  private static func choices<Value, Choice: CaseIterable & RawRepresentable>(
    of type: Choice.Type
  ) -> (value: Value?, schema: JSONSchema)? {
    let names = Choice.allCases.compactMap { $0.rawValue as? String }
    return names.isEmpty ? nil : (Choice.allCases.first as? Value, .choice(names))
  }

  func container<Key: CodingKey>(keyedBy type: Key.Type) -> KeyedDecodingContainer<Key> {
    if case .object = recorded {} else { recorded = .object([]) }
    return KeyedDecodingContainer(Members<Key>(recorder: self))
  }

  func unkeyedContainer() throws -> any UnkeyedDecodingContainer { throw SampleOnly() }
  func singleValueContainer() throws -> any SingleValueDecodingContainer { throw SampleOnly() }

  private func record(_ name: String, _ schema: JSONSchema, isRequired: Bool) {
    guard case .object(let members) = recorded else { return }
    recorded = .object(members + [.init(name: snakeCase(name), schema: schema, isRequired: isRequired)])
  }

  private struct Members<Key: CodingKey>: KeyedDecodingContainerProtocol {
    let recorder: SchemaRecorder
    let codingPath: [any CodingKey] = []
    let allKeys: [Key] = []

    func contains(_ key: Key) -> Bool { true }
    func decodeNil(forKey key: Key) -> Bool { false }

    func decode<Value: Decodable>(_ type: Value.Type, forKey key: Key) throws -> Value {
      let (value, schema) = sample(type)
      recorder.record(key.stringValue, schema, isRequired: true)
      guard let value else { throw SampleOnly() }
      return value
    }

    func decodeIfPresent<Value: Decodable>(_ type: Value.Type, forKey key: Key) throws -> Value? {
      recorder.record(key.stringValue, sample(type).schema, isRequired: false)
      return nil
    }

    func decodeIfPresent(_ type: Bool.Type, forKey key: Key) throws -> Bool? { try optional(type, key) }
    func decodeIfPresent(_ type: String.Type, forKey key: Key) throws -> String? { try optional(type, key) }
    func decodeIfPresent(_ type: Double.Type, forKey key: Key) throws -> Double? { try optional(type, key) }
    func decodeIfPresent(_ type: Int.Type, forKey key: Key) throws -> Int? { try optional(type, key) }
    func decodeIfPresent(_ type: Int64.Type, forKey key: Key) throws -> Int64? { try optional(type, key) }

    private func optional<Value: Decodable>(_ type: Value.Type, _ key: Key) throws -> Value? {
      recorder.record(key.stringValue, sample(type).schema, isRequired: false)
      return nil
    }

    func nestedContainer<Nested: CodingKey>(
      keyedBy type: Nested.Type, forKey key: Key
    ) throws -> KeyedDecodingContainer<Nested> { throw SampleOnly() }
    func nestedUnkeyedContainer(forKey key: Key) throws -> any UnkeyedDecodingContainer { throw SampleOnly() }
    func superDecoder() throws -> any Decoder { recorder }
    func superDecoder(forKey key: Key) throws -> any Decoder { recorder }
  }
}

/// A question that has no sample answer.
private struct SampleOnly: Error {}

/// Answers with one whole number.
private struct Sample: Decoder, SingleValueDecodingContainer {
  let codingPath: [any CodingKey] = []
  let userInfo: [CodingUserInfoKey: Any] = [:]
  private let number: Int

  init(_ number: Int) { self.number = number }

  func container<Key: CodingKey>(keyedBy type: Key.Type) throws -> KeyedDecodingContainer<Key> { throw SampleOnly() }
  func unkeyedContainer() throws -> any UnkeyedDecodingContainer { throw SampleOnly() }
  func singleValueContainer() -> any SingleValueDecodingContainer { self }
  func decodeNil() -> Bool { false }
  func decode<Value: Decodable>(_ type: Value.Type) throws -> Value {
    guard let value = number as? Value else { throw SampleOnly() }
    return value
  }
}

private protocol SampledArray {
  static var empty: Self { get }
  static var element: JSONSchema { get }
}

extension Array: SampledArray where Element: Decodable {
  static var empty: [Element] { [] }
  static var element: JSONSchema { JSONSchema(of: Element.self) }
}

private protocol SampledMap {
  static var empty: Self { get }
  static var element: JSONSchema { get }
}

extension Dictionary: SampledMap where Key == String, Value: Decodable {
  static var empty: [String: Value] { [:] }
  static var element: JSONSchema { JSONSchema(of: Value.self) }
}
