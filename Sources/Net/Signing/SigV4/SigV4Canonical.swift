/// The parts of a canonical request that need sorting. Source: AWS, "Create a signed AWS API request", step 1.
enum SigV4Canonical {
  static let algorithm = Array("AWS4-HMAC-SHA256".utf8)
  static let unsignedPayload = "UNSIGNED-PAYLOAD"

  /// One `name=value` of an encoded query, by its place in a buffer.
  struct QueryItem {
    var start, nameEnd, end: Int
  }

  /// Adds the items of `query[range]`, which is encoded and holds a `=` in each item.
  static func appendItems(of query: [UInt8], in range: Range<Int>, to items: inout [QueryItem]) {
    var start = range.lowerBound
    var nameEnd: Int?
    for index in range {
      if query[index] == UInt8(ascii: "="), nameEnd == nil { nameEnd = index }
      if query[index] == UInt8(ascii: "&") {
        items.append(QueryItem(start: start, nameEnd: nameEnd ?? index, end: index))
        start = index + 1
        nameEnd = nil
      }
    }
    items.append(QueryItem(start: start, nameEnd: nameEnd ?? range.upperBound, end: range.upperBound))
  }

  /// Sorts by name, then by value, both as encoded bytes. Few items, mostly in order: insertion.
  static func sort(_ items: inout [QueryItem], of query: [UInt8]) {
    for index in items.indices.dropFirst() {
      var place = index
      while place > 0, precedes(items[place], items[place - 1], in: query) {
        items.swapAt(place, place - 1)
        place -= 1
      }
    }
  }

  static func append(_ items: [QueryItem], of query: [UInt8], to output: inout [UInt8]) {
    for (index, item) in items.enumerated() {
      if index > 0 { output.append(UInt8(ascii: "&")) }
      output.append(contentsOf: query[item.start..<item.end])
    }
  }

  /// Lower-case names in order; values without outer blanks and with inner runs of them as one.
  static func headers(_ fields: [SigV4Field]) -> [SigV4Field] {
    fields
      .map { SigV4Field($0.name.lowercased(), $0.value.split(separator: " ").joined(separator: " ")) }
      .sorted { $0.name < $1.name }
  }

  /// The header lines, an empty line, the names joined by `;`. `fields` come from `headers(_:)`.
  static func append(_ fields: [SigV4Field], to output: inout [UInt8]) {
    for field in fields {
      output.append(contentsOf: field.name.utf8)
      output.append(UInt8(ascii: ":"))
      output.append(contentsOf: field.value.utf8)
      output.append(UInt8(ascii: "\n"))
    }
    output.append(UInt8(ascii: "\n"))
    appendNames(of: fields, to: &output)
  }

  static func appendNames(of fields: [SigV4Field], to output: inout [UInt8]) {
    for (index, field) in fields.enumerated() {
      if index > 0 { output.append(UInt8(ascii: ";")) }
      output.append(contentsOf: field.name.utf8)
    }
  }

  private static func precedes(_ left: QueryItem, _ right: QueryItem, in query: [UInt8]) -> Bool {
    let order = compare(query, left.start..<left.nameEnd, right.start..<right.nameEnd)
    return order < 0 || order == 0 && compare(query, left.nameEnd..<left.end, right.nameEnd..<right.end) < 0
  }

  private static func compare(_ bytes: [UInt8], _ left: Range<Int>, _ right: Range<Int>) -> Int {
    for (leftIndex, rightIndex) in zip(left, right) where bytes[leftIndex] != bytes[rightIndex] {
      return Int(bytes[leftIndex]) - Int(bytes[rightIndex])
    }
    return left.count - right.count
  }
}
