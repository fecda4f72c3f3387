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
    /// Of its name.
    var mark: UInt64

    var name: Range<Int> { start..<start + nameCount }
    var value: Range<Int> { start + nameCount + 2..<start + nameCount + 2 + valueCount }
    /// With the line's end.
    var line: Range<Int> { start..<value.upperBound + 2 }
  }

  package init() {}

  package var count: Int { entries.count }

  /// Room for that many fields of usual length more, so that they come without a copy of those before them.
  package mutating func reserve(_ more: Int) {
    bytes.reserveCapacity(bytes.count + more * 48)
    entries.reserveCapacity(entries.count + more)
  }

  /// Bytes that may not stand in a value (line ends, NUL) are sent as spaces: a value can never become a second field.
  package mutating func append(_ name: FieldName, _ value: String) {
    append(name) { $0.append(fieldValue: value.utf8Span.span) }
  }

  package mutating func append(_ name: FieldName, _ value: some Collection<UInt8>) {
    append(name) { for byte in value { $0.append(byte.isFieldValueCharacter ? byte : 0x20) } }
  }

  package mutating func append(_ name: FieldName, _ number: Int) {
    append(name) { $0.append(decimal: number) }
  }

  /// - Parameter size: what the value takes at most, in bytes.
  package mutating func append(_ name: FieldName, size: Int, write: (inout OutputSpan<UInt8>) -> Void) {
    append(name) { $0.append(addingCapacity: size, initializingWith: write) }
  }

  /// - Parameter write: appends the value, of nothing but what may stand there.
  package mutating func append(_ name: FieldName, write: (inout [UInt8]) -> Void) {
    let start = begin(name.bytes.span)
    write(&bytes)
    finish(start, nameCount: name.bytes.count, name.mark)
  }

  package mutating func append(_ name: Span<UInt8>, _ value: Span<UInt8>) {
    let start = begin(name)
    bytes.append(fieldValue: value)
    finish(start, nameCount: name.count, FieldName.mark(of: name))
  }

  /// Of a parser that has refused every byte that may not stand there.
  mutating func append(checked name: Span<UInt8>, _ value: Span<UInt8>) {
    let start = begin(name)
    bytes.append(copying: value)
    finish(start, nameCount: name.count, FieldName.mark(of: name))
  }

  /// Every field of the others, in one copy.
  package mutating func append(_ others: Fields) {
    let shift = bytes.count
    bytes.append(contentsOf: others.bytes)
    for var entry in others.entries {
      entry.start += shift
      entries.append(entry)
    }
    marks |= others.marks
  }

  /// Replaces every field of that name by one.
  package mutating func set(_ name: FieldName, _ value: String) {
    remove(name)
    append(name, value)
  }

  package mutating func remove(_ name: FieldName) {
    guard mayContain(name) else { return }
    removeAll { $0 == name.mark && $1.equalsIgnoringCase(name.bytes.span) }
  }

  /// In one pass, and in none where there is none of them.
  package mutating func remove(_ names: FieldNames) {
    guard marks & names.marks != 0 else { return }
    removeAll { names.contains($1, mark: $0) }
  }

  package mutating func removeAll(whereName matches: (Span<UInt8>) -> Bool) {
    removeAll { matches($1) }
  }

  private mutating func removeAll(where matches: (_ mark: UInt64, _ name: Span<UInt8>) -> Bool) {
    guard let first = entries.firstIndex(where: { matches($0.mark, bytes.span.extracting($0.name)) }) else { return }
    var kept = Fields()
    kept.bytes.reserveCapacity(bytes.count)
    kept.entries.reserveCapacity(entries.count)
    for entry in entries[..<first] { kept.copy(entry, of: self) }
    for entry in entries[(first + 1)...] where !matches(entry.mark, bytes.span.extracting(entry.name)) {
      kept.copy(entry, of: self)
    }
    self = kept
  }

  package mutating func removeAll(keepingCapacity: Bool) {
    bytes.removeAll(keepingCapacity: keepingCapacity)
    entries.removeAll(keepingCapacity: keepingCapacity)
    marks = 0
  }

  /// Returns where the line starts; its value comes next.
  private mutating func begin(_ name: Span<UInt8>) -> Int {
    let start = bytes.count
    bytes.append(copying: name)
    bytes.append(0x3A)
    bytes.append(0x20)
    return start
  }

  private mutating func finish(_ start: Int, nameCount: Int, _ mark: UInt64) {
    marks |= mark
    let valueCount = bytes.count - start - nameCount - 2
    entries.append(Entry(start: start, nameCount: nameCount, valueCount: valueCount, mark: mark))
    bytes.append(0x0D)
    bytes.append(0x0A)
  }

  private mutating func copy(_ entry: Entry, of others: Fields) {
    var entry = entry
    let line = entry.line
    entry.start = bytes.count
    bytes.append(copying: others.bytes.span.extracting(line))
    marks |= entry.mark
    entries.append(entry)
  }
}

extension [UInt8] {
  fileprivate mutating func append(fieldValue value: Span<UInt8>) {
    if value.isFieldValue { return append(copying: value) }
    for index in value.indices { append(value[index].isFieldValueCharacter ? value[index] : 0x20) }
  }
}

/// Reading.
extension Fields {
  package func contains(_ name: FieldName) -> Bool { position(of: name) != nil }

  package func count(of name: FieldName) -> Int {
    mayContain(name) ? entries.count { matches($0, name) } : 0
  }

  /// The first value of that name, as text.
  package func first(_ name: FieldName) -> String? { bytes(name)?.text }

  /// The first value of that name, without a copy.
  package func bytes(_ name: FieldName) -> ArraySlice<UInt8>? {
    position(of: name).map { bytes[entries[$0].value] }
  }

  /// Every value of that name, in order.
  package func all(_ name: FieldName) -> [String] {
    guard mayContain(name) else { return [] }
    return entries.filter { matches($0, name) }.map { bytes[$0.value].text }
  }

  /// The values of a list-valued field as one. Source: RFC 9110 §5.3.
  package func combined(_ name: FieldName) -> String? {
    guard count(of: name) > 1 else { return first(name) }
    return all(name).joined(separator: ", ")
  }

  /// True when the comma-separated list holds the token, compared without case. Source: RFC 9110 §5.6.1.
  package func listContains(_ name: FieldName, _ lowered: String) -> Bool {
    guard mayContain(name) else { return false }
    return entries.contains { entry in
      matches(entry, name)
        && bytes[entry.value].split(separator: UInt8(ascii: ",")).contains {
          $0.trimmedOWS.map(\.loweredASCII).elementsEqual(lowered.utf8)
        }
    }
  }

  package func forEach(_ visit: (_ name: ArraySlice<UInt8>, _ value: ArraySlice<UInt8>) -> Void) {
    for entry in entries { visit(bytes[entry.name], bytes[entry.value]) }
  }

  /// Where each name and value stands in `bytes`.
  package func forEachPlace(_ visit: (_ name: Range<Int>, _ value: Range<Int>) -> Void) {
    for entry in entries { visit(entry.name, entry.value) }
  }

  /// False for most names that are not there: no field is looked at.
  func mayContain(_ name: FieldName) -> Bool { marks & name.mark != 0 }

  private func position(of name: FieldName) -> Int? {
    guard mayContain(name) else { return nil }
    return entries.firstIndex { matches($0, name) }
  }

  private func matches(_ entry: Entry, _ name: FieldName) -> Bool {
    entry.mark == name.mark
      && bytes.span.extracting(entry.name).equalsIgnoringCase(name.bytes.span)
  }
}
