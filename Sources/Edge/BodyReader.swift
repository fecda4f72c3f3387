internal import HTTP
internal import JSON

/// Reads the JSON object of a request's body, each member with its limits. The first member that breaks one is what the
/// caller is told. Null is taken as absent; names that nobody knows are skipped.
///
///     try BodyReader.read(body) { reader, name throws(JSONError) in
///       switch name {
///       case "volume": volume = try reader.number(in: 0...1)
///       default: try reader.skip()
///       }
///     }
struct BodyReader {
  private let bytes: [UInt8]
  private var scanner = JSONScanner()
  /// The member that is read, and the members that it stands in.
  private var name = ""
  private var parents: [String] = []
  private var refusal: Problem?

  typealias Member = (inout BodyReader, String) throws(JSONError) -> Void

  /// - Throws: `Problem` 400 for what is not a JSON object, 422 that names the member.
  static func read(_ body: [UInt8], _ member: Member) throws(Problem) {
    var reader = BodyReader(bytes: body)
    do {
      try reader.members(member)
      try reader.scanner.end(body.span)
    } catch {
      throw Problem(.badRequest, "The body is not the JSON that was expected, from byte \(error.offset) on")
    }
    if let refusal = reader.refusal { throw refusal }
  }

  private init(bytes: [UInt8]) { self.bytes = bytes }

  /// Calls `member` with each name; it must read, or skip, the value.
  private mutating func members(_ member: Member) throws(JSONError) {
    let bytes = bytes
    var scanner = scanner
    try scanner.object(bytes.span) { inner, name throws(JSONError) in
      self.scanner = inner
      self.name = name
      try member(&self, name)
      inner = self.scanner
    }
    self.scanner = scanner
  }
}

/// Values. Each is nil when it is null or was refused.
extension BodyReader {
  mutating func number(in range: ClosedRange<Double>) throws(JSONError) -> Double? {
    guard try comes(.number, "a number") else { return nil }
    let value = try scan { scanner, bytes throws(JSONError) in try scanner.double(bytes) }
    return accept(value, range.contains(value), "a number from \(range.lowerBound) to \(range.upperBound)")
  }

  mutating func integer(in range: ClosedRange<Int>) throws(JSONError) -> Int? {
    guard try comes(.number, "a whole number") else { return nil }
    let value = Int(exactly: try scan { scanner, bytes throws(JSONError) in try scanner.double(bytes) })
    let isInside = value.map { range.contains($0) } ?? false
    return accept(value, isInside, "a whole number from \(range.lowerBound) to \(range.upperBound)") ?? nil
  }

  /// However large: what it may come to is not the body's business.
  mutating func integer(atLeast least: Int) throws(JSONError) -> Int? {
    guard try comes(.number, "a whole number, at least \(least)") else { return nil }
    let value = Int(exactly: try scan { scanner, bytes throws(JSONError) in try scanner.double(bytes) })
    return accept(value, value ?? .min >= least, "a whole number, at least \(least)") ?? nil
  }

  mutating func flag() throws(JSONError) -> Bool? {
    guard try comes(.bool, "true or false") else { return nil }
    return try scan { scanner, bytes throws(JSONError) in try scanner.bool(bytes) }
  }

  /// - Parameter range: in Unicode scalars. NUL is refused: no database keeps it.
  mutating func text(_ range: ClosedRange<Int>) throws(JSONError) -> String? {
    guard try comes(.string, "a string") else { return nil }
    let value = try scan { scanner, bytes throws(JSONError) in try scanner.string(bytes) }
    let isInside = range.contains(value.unicodeScalars.count) && !value.utf8.contains(0)
    return accept(value, isInside, "\(range.lowerBound) to \(range.upperBound) characters, none of them NUL")
  }

  /// Whatever it holds: for a value with rules of its own.
  /// - Parameter most: in bytes.
  mutating func string(atMost most: Int = .max) throws(JSONError) -> String? {
    guard try comes(.string, "a string") else { return nil }
    let value = try scan { scanner, bytes throws(JSONError) in try scanner.string(bytes) }
    return accept(value, value.utf8.count <= most, "at most \(most) bytes")
  }

  /// What `parse` makes of a string.
  mutating func parsed<Value>(
    _ expected: @autoclosure () -> String, _ parse: (String) -> Value?
  ) throws(JSONError) -> Value? {
    guard let text = try string() else { return nil }
    let value = parse(text)
    return accept(value, value != nil, expected()) ?? nil
  }

  mutating func choice<Choice: RawRepresentable<String> & CaseIterable>(
    of type: Choice.Type
  ) throws(JSONError) -> Choice? {
    try parsed("one of \(type.allCases.map(\.rawValue).joined(separator: ", "))") { Choice(rawValue: $0) }
  }

  /// An object within the object, read as the body is.
  mutating func object(_ member: Member) throws(JSONError) {
    guard try comes(.object, "an object") else { return }
    let outer = name
    parents.append(outer)
    try members(member)
    parents.removeLast()
    name = outer
  }

  /// Of what `element` reads at each place; refusals name the place by its number.
  mutating func array<Element>(
    _ element: (inout BodyReader) throws(JSONError) -> Element
  ) throws(JSONError) -> [Element]? {
    guard try comes(.array, "an array") else { return nil }
    let outer = name
    parents.append(outer)
    let bytes = bytes
    var scanner = scanner
    var elements: [Element] = []
    try scanner.array(bytes.span) { inner throws(JSONError) in
      self.scanner = inner
      name = "\(elements.count)"
      elements.append(try element(&self))
      inner = self.scanner
    }
    self.scanner = scanner
    parents.removeLast()
    name = outer
    return elements
  }

  mutating func skip() throws(JSONError) {
    try scan { scanner, bytes throws(JSONError) in try scanner.skip(bytes) }
  }

  /// False for null and for another kind of value; both are read over.
  private mutating func comes(
    _ kind: JSONScanner.Kind, _ expected: @autoclosure () -> String
  ) throws(JSONError) -> Bool {
    let found = try scan { scanner, bytes throws(JSONError) in try scanner.peek(bytes) }
    if found == kind { return true }
    if found != .null { refuse("Expected \(expected())") }
    try skip()
    return false
  }

  private mutating func scan<Value>(
    _ body: (inout JSONScanner, Span<UInt8>) throws(JSONError) -> Value
  ) throws(JSONError) -> Value {
    let bytes = bytes
    return try body(&scanner, bytes.span)
  }

  private mutating func accept<Value>(
    _ value: Value, _ isInside: Bool, _ expected: @autoclosure () -> String
  ) -> Value? {
    if isInside { return value }
    refuse("Expected \(expected())")
    return nil
  }

  private mutating func refuse(_ reason: String) {
    if refusal == nil { refusal = Problem(invalid: parents + [name], reason, type: "value") }
  }
}

extension Problem {
  /// 422 for a member of the body that is not there.
  static func missing(_ member: String) -> Problem { Problem(invalid: [member], "Field required", type: "missing") }
}
