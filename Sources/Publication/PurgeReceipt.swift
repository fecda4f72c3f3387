/// What edges tell in Redis about the purges that they have obeyed.
package enum PurgeReceipt {
  /// A hash: of each node that follows purges, where it is, as `FollowingNode` writes it.
  package static let nodes = "edge:nodes"
  /// In seconds.
  package static let lifetime = 24 * 60 * 60

  /// A hash: an order and its receipts. Each stands under its node's name with `nodePrefix` and says when the order was
  /// obeyed, in milliseconds since 1970.
  package static func key(of order: String) -> String { "edge:purge:\(order)" }
  package static let nodePrefix = "node:"
}

/// How far a node has followed the stream of purges. Times in milliseconds since 1970.
package struct FollowingNode: Equatable, Sendable {
  /// How often each node says that it is there, in seconds.
  package static let interval = 5

  package var seenAt: Int64
  /// When it last came to know all purges so far. What it keeps was either purged by them or asked for after them.
  package var caughtUpAt: Int64
  /// The stream's entry up to which all are obeyed.
  package var position: String

  package init(seenAt: Int64, caughtUpAt: Int64, position: String) {
    self.seenAt = seenAt
    self.caughtUpAt = caughtUpAt
    self.position = position
  }

  package init?(_ text: String) {
    let parts = text.split(separator: " ")
    guard parts.count == 3, let seenAt = Int64(parts[0]), let caughtUpAt = Int64(parts[1]) else { return nil }
    self.init(seenAt: seenAt, caughtUpAt: caughtUpAt, position: String(parts[2]))
  }

  package var text: String { "\(seenAt) \(caughtUpAt) \(position)" }
}
