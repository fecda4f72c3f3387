internal import HTTP

/// Reads a flat struct from the items of a query: scalars, optionals, and arrays from repeated names.
struct QueryDecoder: Decoder {
  let codingPath: [any CodingKey] = []
  let userInfo: [CodingUserInfoKey: Any] = [:]
  private let values: [String: [String]]

  init(_ items: QueryItems) {
    values = items.reduce(into: [:]) { $0[$1.name, default: []].append($1.value) }
  }

  func container<Key: CodingKey>(keyedBy type: Key.Type) -> KeyedDecodingContainer<Key> {
    KeyedDecodingContainer(Items<Key>(values: values))
  }

  func unkeyedContainer() throws -> any UnkeyedDecodingContainer { throw notAnObject }
  func singleValueContainer() throws -> any SingleValueDecodingContainer { throw notAnObject }

  private var notAnObject: DecodingError {
    .typeMismatch([String: String].self, .init(codingPath: [], debugDescription: "a query is a set of names"))
  }

  private struct Items<Key: CodingKey>: KeyedDecodingContainerProtocol {
    let values: [String: [String]]
    let codingPath: [any CodingKey] = []
    var allKeys: [Key] { values.keys.compactMap { Key(stringValue: $0) } }

    func contains(_ key: Key) -> Bool { values[snakeCase(key.stringValue)] != nil }
    /// `?country=` is no country, not an empty one.
    func decodeNil(forKey key: Key) -> Bool { values[snakeCase(key.stringValue)]?.allSatisfy(\.isEmpty) ?? true }

    func decode<Value: Decodable>(_ type: Value.Type, forKey key: Key) throws -> Value {
      guard let texts = values[snakeCase(key.stringValue)] else {
        throw DecodingError.keyNotFound(key, .init(codingPath: codingPath, debugDescription: "missing"))
      }
      return try ItemDecoder(texts: texts, codingPath: [key]).decode(type)
    }

    func nestedContainer<Nested: CodingKey>(
      keyedBy type: Nested.Type, forKey key: Key
    ) throws -> KeyedDecodingContainer<Nested> { throw nested(key) }
    func nestedUnkeyedContainer(forKey key: Key) throws -> any UnkeyedDecodingContainer { throw nested(key) }
    func superDecoder() throws -> any Decoder { ItemDecoder(texts: [], codingPath: []) }
    func superDecoder(forKey key: Key) throws -> any Decoder { ItemDecoder(texts: [], codingPath: [key]) }

    private func nested(_ key: Key) -> DecodingError {
      .typeMismatch(String.self, .init(codingPath: [key], debugDescription: "a query value is flat"))
    }
  }
}

/// The values of one name: the last one as a scalar, all of them as an array.
private struct ItemDecoder: Decoder, SingleValueDecodingContainer {
  let texts: [String]
  let codingPath: [any CodingKey]
  let userInfo: [CodingUserInfoKey: Any] = [:]

  func singleValueContainer() -> any SingleValueDecodingContainer { self }
  func unkeyedContainer() -> any UnkeyedDecodingContainer { Elements(texts: texts, codingPath: codingPath) }
  func container<Key: CodingKey>(keyedBy type: Key.Type) throws -> KeyedDecodingContainer<Key> {
    throw DecodingError.typeMismatch(type, .init(codingPath: codingPath, debugDescription: "a query value is flat"))
  }

  func decodeNil() -> Bool { texts.allSatisfy(\.isEmpty) }

  func decode<Value: Decodable>(_ type: Value.Type) throws -> Value {
    let text = texts.last ?? ""
    let value: Any? =
      switch type {
      case is String.Type: text
      case is Bool.Type: ["true": true, "1": true, "false": false, "0": false][text]
      case is Double.Type: Double(text).flatMap { $0.isFinite ? $0 : nil }
      case let integer as any FixedWidthInteger.Type: integer.init(text, radix: 10)
      default: try Value(from: self)
      }
    guard let value = value as? Value else {
      throw DecodingError.typeMismatch(type, .init(codingPath: codingPath, debugDescription: "unreadable"))
    }
    return value
  }

  private struct Elements: UnkeyedDecodingContainer {
    let texts: [String]
    let codingPath: [any CodingKey]
    private(set) var currentIndex = 0

    init(texts: [String], codingPath: [any CodingKey]) {
      self.texts = texts
      self.codingPath = codingPath
    }

    var count: Int? { texts.count }
    var isAtEnd: Bool { currentIndex == texts.count }

    mutating func decodeNil() -> Bool { false }

    mutating func decode<Value: Decodable>(_ type: Value.Type) throws -> Value {
      try next().decode(type)
    }

    mutating func nestedContainer<Key: CodingKey>(keyedBy type: Key.Type) throws -> KeyedDecodingContainer<Key> {
      try next().container(keyedBy: type)
    }

    mutating func nestedUnkeyedContainer() throws -> any UnkeyedDecodingContainer { next().unkeyedContainer() }
    mutating func superDecoder() throws -> any Decoder { next() }

    private mutating func next() -> ItemDecoder {
      defer { currentIndex += 1 }
      return ItemDecoder(texts: [texts[currentIndex]], codingPath: codingPath)
    }
  }
}
