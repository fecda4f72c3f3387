internal import HTTP
internal import Postgres
internal import Routing

/// Names one thing of a kind by a UUID in lower case; upper case is taken and lowered.
package struct Identifier<Kind: IdentifiedKind>: ColumnValue {
  package let text: String

  package init?(_ text: String) {
    let groups = text.utf8.split(separator: UInt8(ascii: "-"), omittingEmptySubsequences: false)
    guard groups.map(\.count) == [8, 4, 4, 4, 12], groups.joined().allSatisfy({ $0.hexValue != nil }) else {
      return nil
    }
    self.text = text.lowercased()
  }

  package static var expectation: String { "\(Kind.name) id, a UUID" }
  package static var example: Self { Self(Kind.example)! }
}

package protocol IdentifiedKind: Hashable, Sendable {
  /// As in "a title's".
  static var name: String { get }
  /// A UUID.
  static var example: String { get }
}

package typealias TitleID = Identifier<TitleKind>
package enum TitleKind: IdentifiedKind {
  package static let name = "a title's"
  package static let example = "6f1c2a9e-4b7d-4d2e-9a55-0c3f8e1b7a64"
}
