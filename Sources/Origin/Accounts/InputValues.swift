internal import HTTP
internal import Routing

/// The digits that an authenticator app shows.
package struct OneTimeCode: DomainValue {
  package let text: String

  package init?(_ text: String) {
    guard text.utf8.count == 6, text.utf8.allSatisfy(\.isDigit) else { return nil }
    self.text = text
  }

  package static let expectation = "six digits"
  package static let example = OneTimeCode("123456")!
}

/// A name to be called by.
package struct FullName: DomainValue {
  package let text: String

  package init?(_ text: String) {
    guard (1...200).contains(text.utf8.count), !text.utf8.contains(where: { $0 < 32 }) else { return nil }
    self.text = text
  }

  package static let expectation = "a name of 1 to 200 bytes"
  package static let example = FullName("Ada Lovelace")!
}
