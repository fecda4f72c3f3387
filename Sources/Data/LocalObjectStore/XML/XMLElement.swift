/// An element of a small document.
struct XMLElement: Equatable {
  var name: String
  /// Character data, without that of the children.
  var text = ""
  var children: [XMLElement] = []

  func first(_ name: String) -> XMLElement? { children.first { $0.name == name } }

  func all(_ name: String) -> [XMLElement] { children.filter { $0.name == name } }
}
