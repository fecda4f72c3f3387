/// Header fields in their order, repeats kept. One buffer holds them as they go on the wire, "name: value\r\n" each, so
/// that writing them is one copy, and reading one is a slice.
package struct Fields: Sendable {
  /// Ready to send; the empty line that ends a head is not part of it.
  package private(set) var bytes: [UInt8] = []
  private var entries: [Entry] = []
  /// Of all names: a question for one that is not there, as most are, ends here.
  private var marks: UInt64 = 0

  private struct Entry {
    /// Where the name starts in `bytes`; ": " stands between name and value.
    var start: Int
    var nameCount: Int
    var valueCount: Int

    var name: Range<Int> { start..<start + nameCount }
    var value: Range<Int> { start + nameCount + 2..<start + nameCount + 2 + valueCount }
    /// With the line's end.
    var line: Range<Int> { start..<value.upperBound + 2 }
  }

  package init() {}

  package var count: Int { entries.count }
  package var isEmpty: Bool { entries.isEmpty }

  /// Bytes that may not stand in a value (line ends, NUL) are sent as spaces: a value can never become a second field.
  package mutating func append(_ name: FieldName, _ value: String) {
    append(name.description.utf8Span.span, value.utf8Span.span)
  }

  package mutating func append(_ name: FieldName, _ value: some Collection<UInt8>) {
    let start = bytes.count
    bytes.append(name.description)
    bytes.append(contentsOf: [0x3A, 0x20])
    for byte in value { bytes.append(byte.isFieldValueCharacter ? byte : 0x20) }
    finishEntry(start: start, nameCount: name.description.utf8.count)
  }

  package mutating func append(_ name: FieldName, _ number: Int) {
    let start = bytes.count
    bytes.append(name.description)
    bytes.append(0x3A)
    bytes.append(0x20)
    bytes.appendDecimal(number)
    finishEntry(start: start, nameCount: name.description.utf8.count)
  }

  package mutating func append(_ name: Span<UInt8>, _ value: Span<UInt8>) {
    let start = bytes.count
    bytes.append(copying: name)
    bytes.append(0x3A)
    bytes.append(0x20)
    for index in value.indices { bytes.append(value[index].isFieldValueCharacter ? value[index] : 0x20) }
    finishEntry(start: start, nameCount: name.count)
  }

  /// Of a parser that has refused every byte that may not stand there.
  mutating func append(checked name: Span<UInt8>, _ value: Span<UInt8>) {
    let start = bytes.count
    bytes.append(copying: name)
    bytes.append(0x3A)
    bytes.append(0x20)
    bytes.append(copying: value)
    finishEntry(start: start, nameCount: name.count)
  }

  /// Every field of the others, in one copy.
  package mutating func append(_ others: Fields) {
    let shift = bytes.count
    bytes.append(contentsOf: others.bytes)
    for entry in others.entries {
      entries.append(Entry(start: entry.start + shift, nameCount: entry.nameCount, valueCount: entry.valueCount))
    }
    marks |= others.marks
  }

  /// Replaces every field of that name by one.
  package mutating func set(_ name: FieldName, _ value: String) {
    remove(name)
    append(name, value)
  }

  package mutating func remove(_ name: FieldName) {
    removeAll { $0.equalsIgnoringCase(name.description) }
  }

  package mutating func removeAll(whereName matches: (Span<UInt8>) -> Bool) {
    guard entries.contains(where: { matches(bytes.span.extracting($0.name)) }) else { return }
    var kept = Fields()
    for entry in entries where !matches(bytes.span.extracting(entry.name)) { kept.copy(entry, of: self) }
    self = kept
  }

  package mutating func removeAll(keepingCapacity: Bool) {
    bytes.removeAll(keepingCapacity: keepingCapacity)
    entries.removeAll(keepingCapacity: keepingCapacity)
    marks = 0
  }

  private mutating func finishEntry(start: Int, nameCount: Int) {
    marks |= FieldName.mark(of: bytes.span.extracting(start..<start + nameCount))
    entries.append(Entry(start: start, nameCount: nameCount, valueCount: bytes.count - start - nameCount - 2))
    bytes.append(0x0D)
    bytes.append(0x0A)
  }

  private mutating func copy(_ entry: Entry, of others: Fields) {
    let start = bytes.count
    bytes.append(copying: others.bytes.span.extracting(entry.line))
    marks |= FieldName.mark(of: others.bytes.span.extracting(entry.name))
    entries.append(Entry(start: start, nameCount: entry.nameCount, valueCount: entry.valueCount))
  }
}

/// Reading.
extension Fields {
  package func contains(_ name: FieldName) -> Bool { position(of: name) != nil }

  package func count(of name: FieldName) -> Int {
    entries.count { matches($0, name) }
  }

  /// The first value of that name, as text.
  package func first(_ name: FieldName) -> String? { bytes(name)?.text }

  /// The first value of that name, without a copy.
  package func bytes(_ name: FieldName) -> ArraySlice<UInt8>? {
    position(of: name).map { bytes[entries[$0].value] }
  }

  /// Every value of that name, in order.
  package func all(_ name: FieldName) -> [String] {
    entries.filter { matches($0, name) }.map { bytes[$0.value].text }
  }

  /// The values of a list-valued field as one. Source: RFC 9110 §5.3.
  package func combined(_ name: FieldName) -> String? {
    let values = all(name)
    return values.isEmpty ? nil : values.joined(separator: ", ")
  }

  /// True when the comma-separated list holds the token, compared without case. Source: RFC 9110 §5.6.1.
  package func listContains(_ name: FieldName, _ lowered: String) -> Bool {
    entries.contains { entry in
      matches(entry, name)
        && bytes[entry.value].split(separator: UInt8(ascii: ",")).contains {
          $0.trimmedOWS.map(\.loweredASCII).elementsEqual(lowered.utf8)
        }
    }
  }

  package func forEach(_ visit: (_ name: ArraySlice<UInt8>, _ value: ArraySlice<UInt8>) -> Void) {
    for entry in entries { visit(bytes[entry.name], bytes[entry.value]) }
  }

  /// False for most names that are not there: no field is looked at.
  func mayContain(_ name: FieldName) -> Bool { marks & name.mark != 0 }

  private func position(of name: FieldName) -> Int? {
    guard mayContain(name) else { return nil }
    let wanted = name.description.utf8Span.span
    for place in entries.indices where entries[place].nameCount == wanted.count {
      if bytes.span.extracting(entries[place].name).equalsIgnoringCase(wanted) { return place }
    }
    return nil
  }

  private func matches(_ entry: Entry, _ name: FieldName) -> Bool {
    entry.nameCount == name.description.utf8.count
      && bytes.span.extracting(entry.name).equalsIgnoringCase(name.description)
  }
}
