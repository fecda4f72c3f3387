/// Several names, looked for at once.
package struct FieldNames: Sendable, ExpressibleByArrayLiteral {
  private let names: [FieldName]
  /// Of all of them.
  let marks: UInt64

  package init(_ names: [FieldName]) {
    self.names = names
    marks = names.reduce(0) { $0 | $1.mark }
  }

  package init(arrayLiteral names: FieldName...) { self.init(names) }

  package static func + (left: FieldNames, right: FieldNames) -> FieldNames { FieldNames(left.names + right.names) }

  package func contains(_ name: Span<UInt8>) -> Bool { contains(name, mark: FieldName.mark(of: name)) }

  /// Most names end at their mark, and are not compared.
  func contains(_ name: Span<UInt8>, mark: UInt64) -> Bool {
    guard marks & mark != 0 else { return false }
    return names.contains { $0.mark == mark && name.equalsIgnoringCase($0.bytes.span) }
  }
}
