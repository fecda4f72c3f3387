internal import Routing

/// A new password that is long enough. It is never printed.
package struct Password: DomainValue {
  /// In bytes of UTF-8. The upper end bounds the work of hashing; nothing is cut.
  package static let length = 8...1_024

  package let text: String

  package init?(_ text: String) {
    guard Self.length.contains(text.utf8.count) else { return nil }
    self.text = text
  }

  package static let expectation = "a password of 8 to 1024 bytes"
  package static let example = Password("correct horse battery staple")!

  package var description: String { "(password)" }
}
