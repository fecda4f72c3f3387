package import Postgres
internal import Routing

/// A point in time, written as RFC 3339.
package struct Moment: ColumnValue {
  package let timestamp: Timestamp

  package init(_ timestamp: Timestamp) { self.timestamp = timestamp }

  package init?(_ text: String) {
    guard let timestamp = Timestamp(iso8601: text) else { return nil }
    self.timestamp = timestamp
  }

  package var text: String { timestamp.iso8601 }
  package static let expectation = "a moment with its offset, such as 2026-11-23T20:00:00Z"
  package static let example = Moment("2026-11-23T20:00:00Z")!
}
