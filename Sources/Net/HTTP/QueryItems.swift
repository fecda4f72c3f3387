/// The items of a query, in order, decoded as each is asked for.
package struct QueryItems: Sequence, IteratorProtocol {
  private var rest: ArraySlice<UInt8>

  package init(_ query: ArraySlice<UInt8>) { rest = query }

  package struct Item {
    let rawName: ArraySlice<UInt8>
    let rawValue: ArraySlice<UInt8>

    package var name: String { PercentEncoding.decodeForm(rawName).text }
    package var value: String { PercentEncoding.decodeForm(rawValue).text }
    /// As it was sent.
    package let bytes: ArraySlice<UInt8>

    /// The value's bytes; without a copy when it has nothing to decode.
    package var valueBytes: ArraySlice<UInt8> {
      rawValue.contains { $0 == 0x25 || $0 == 0x2B } ? PercentEncoding.decodeForm(rawValue)[...] : rawValue
    }

    /// Compares without a copy when the name has nothing to decode, the usual case.
    package func isNamed(_ name: String) -> Bool {
      rawName.elementsEqual(name.utf8) || rawName.contains { $0 == 0x25 || $0 == 0x2B } && self.name == name
    }
  }

  package mutating func next() -> Item? {
    while !rest.isEmpty {
      let end = rest.firstIndex(of: UInt8(ascii: "&")) ?? rest.endIndex
      let item = rest[..<end]
      rest = rest[end...].dropFirst()
      guard !item.isEmpty else { continue }
      let equals = item.firstIndex(of: UInt8(ascii: "=")) ?? item.endIndex
      return Item(rawName: item[..<equals], rawValue: item[equals...].dropFirst(), bytes: item)
    }
    return nil
  }
}
