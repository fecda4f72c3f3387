/// One setting that cannot be used as it is. Never holds a secret.
package struct SettingProblem: Error, Equatable, Sendable, CustomStringConvertible {
  package let key: String
  /// What was found; nil when nothing was, or when it is secret.
  package let value: String?
  package let expected: String
  package let hint: String?

  package init(key: String, value: String? = nil, expected: String, hint: String? = nil) {
    self.key = key
    self.value = value
    self.expected = expected
    self.hint = hint
  }

  package var description: String {
    let found = value.map { " is \"\($0)\"," } ?? ":"
    return "\(key)\(found) expected \(expected)\(hint.map { " (\($0))" } ?? "")"
  }
}
