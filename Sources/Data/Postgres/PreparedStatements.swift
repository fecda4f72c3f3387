/// The statements that a connection's server knows by name: each text is parsed once a connection.
struct PreparedStatements {
  enum Plan: Equatable { case known(name: String), new(name: String), unnamed }

  /// Texts come from the source, so they are few; a query built of parts may have many forms. Beyond it: unnamed.
  static let limit = 256

  private var names: [String: String] = [:]
  private var made = 0

  /// How to send the text; a new name is known from now on.
  mutating func plan(_ text: String) -> Plan {
    if let name = names[text] { return .known(name: name) }
    guard names.count < Self.limit else { return .unnamed }
    made += 1
    let name = "s\(made)"
    names[text] = name
    return .new(name: name)
  }

  /// The server did not take it.
  mutating func forget(_ name: String) {
    if let text = names.first(where: { $0.value == name })?.key { names[text] = nil }
  }
}
