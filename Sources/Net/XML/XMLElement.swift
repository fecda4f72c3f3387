/// An element of a small document.
package struct XMLElement: Equatable, Sendable {
  package var name: String
  /// Character data, without that of the children.
  package var text = ""
  package var children: [XMLElement] = []

  package func first(_ name: String) -> XMLElement? { children.first { $0.name == name } }

  package func all(_ name: String) -> [XMLElement] { children.filter { $0.name == name } }

  /// Of the first child of that name.
  package func text(of name: String) -> String? { first(name)?.text }
}
