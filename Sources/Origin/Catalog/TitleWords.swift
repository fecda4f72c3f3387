internal import Postgres
internal import Routing
internal import Vocabulary

/// The cases' texts are what the database holds and what clients see.
package enum TitleStatus: String, CaseIterable, Codable, Sendable, PostgresEncodable, PostgresDecodable {
  case announced = "ANNOUNCED"
  case inProduction = "IN_PRODUCTION"
  case released = "RELEASED"
  case ended = "ENDED"
  case canceled = "CANCELED"
  case hiatus = "HIATUS"
}

/// What a title, a genre or a person is called.
package struct DisplayName: ColumnValue {
  package let text: String

  package init?(_ text: String) {
    guard (1...255).contains(text.unicodeScalars.count), !text.hasControlCharacters,
      text.first?.isWhitespace == false, text.last?.isWhitespace == false
    else { return nil }
    self.text = text
  }

  package static let expectation = "1 to 255 characters on one line, without space at either end"
  package static let example = DisplayName("Big Buck Bunny")!
}

/// Text of several lines.
package struct Prose: ColumnValue {
  package let text: String

  package init?(_ text: String) {
    let isPrintable = text.unicodeScalars.allSatisfy {
      $0.properties.generalCategory != .control || $0 == "\t" || $0 == "\r" || $0 == "\n"
    }
    guard text.unicodeScalars.count <= 10_000, isPrintable else { return nil }
    self.text = text
  }

  package static let expectation = "at most 10000 characters, of control characters only tabs and line ends"
  package static let example = Prose("A large rabbit deals with three tiny bullies.")!
}

/// What to look for: every word of it has to occur.
package struct SearchText: ColumnValue {
  package let text: String

  package init?(_ text: String) {
    guard (1...128).contains(text.unicodeScalars.count), !text.hasControlCharacters else { return nil }
    self.text = text
  }

  package static let expectation = "1 to 128 characters on one line"
  package static let example = SearchText("bunny")!
}

extension String {
  fileprivate var hasControlCharacters: Bool { unicodeScalars.contains { $0.properties.generalCategory == .control } }
}
