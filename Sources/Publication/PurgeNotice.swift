/// The cache tags of what a write of the origin's has outdated, as they stand in an entry of a stream of Redis.
package struct PurgeNotice: Equatable, Sendable {
  package static let stream = "edge:purges"
  /// The entry's only field.
  package static let field = "tags"

  package let tags: [String]

  package init(_ tags: [String]) { self.tags = tags }

  /// Of the field's value.
  package init(_ value: [UInt8]) { tags = value.split(separator: comma).map { String(decoding: $0, as: UTF8.self) } }

  package var value: String { tags.joined(separator: ",") }
}

private let comma = UInt8(ascii: ",")
