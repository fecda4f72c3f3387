internal import Postgres
internal import Routing
internal import Vocabulary

/// What a bundle is called. Empty text is no label, and NULL in the database.
package struct Label: ColumnValue {
  package let text: String

  package init?(_ text: String) {
    let isOneLine = text.unicodeScalars.allSatisfy { $0.properties.generalCategory != .control }
    guard isOneLine, text.unicodeScalars.count <= 128 else { return nil }
    self.text = text
  }

  package var postgresText: String? { text.isEmpty ? nil : text }
  package static let expectation = "at most 128 characters on one line"
  package static let example = Label("Season 1")!
}

/// A SHA-256 in 64 hexadecimal digits, small ones; capital ones are taken and lowered.
package struct SHA256Text: ColumnValue {
  package let text: String

  package init?(_ text: String) {
    guard text.utf8.count == 64, text.allSatisfy({ $0.isASCII && $0.isHexDigit }) else { return nil }
    self.text = text.lowercased()
  }

  package static let expectation = "64 hexadecimal digits"
  package static let example = SHA256Text("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")!
}
