internal import Postgres
internal import Publication
package import Redis
internal import Routing

/// Orders of purges and what came of them, in Redis: the order goes to the edges on a stream, their receipts come back
/// into the order's hash.
package struct PurgeDesk {
  private static let requestedAt = "requested_at"
  private static let entry = "entry"
  /// A node that is not heard of for so long was taken away for good. In milliseconds.
  private static let patience: Int64 = 60 * 60 * 1_000

  /// One step: an order never lacks its end.
  private static let opening = RedisScript(
    "redis.call('HSET', KEYS[1], ARGV[1], ARGV[2]) return redis.call('EXPIRE', KEYS[1], ARGV[3])")

  private let redis: RedisClient

  package init(_ redis: RedisClient) { self.redis = redis }

  /// Returns once the order is on the stream.
  func send(_ notice: PurgeNotice, id: String) async throws(RedisError) {
    let key = PurgeReceipt.key(of: id)
    let order: [any RedisArgument] = [Self.requestedAt, Timestamp.now.milliseconds, PurgeReceipt.lifetime]
    _ = try await redis.run(ScriptCall(Self.opening, keys: [key], arguments: order))
    let entry = try await redis.append(to: PurgeNotice.stream, keeping: PurgeNotice.kept, notice.fields)
    // The edges have the order: that is so, and is audited, even if nobody can look up how far it has come.
    _ = try? await redis.send("HSET", key, Self.entry, entry)
  }

  /// Nil when there is no such order, or none any more.
  func standing(of id: String) async throws(RedisError) -> PurgeStanding? {
    let order = pairs(try await redis.send("HGETALL", PurgeReceipt.key(of: id)))
    guard let requestedAt = order[Self.requestedAt].flatMap({ Int64($0) }) else { return nil }
    let place = order[Self.entry].flatMap { StreamID($0) }
    let following = try await followingNodes()
    // Of a node whose receipt is not there: what it has kept since it came past the order is newer.
    var applied = following.compactMapValues { node in
      place.flatMap { place in StreamID(node.position).flatMap { $0 >= place ? node.caughtUpAt : nil } }
    }
    for (field, value) in order where field.hasPrefix(PurgeReceipt.nodePrefix) {
      applied[String(field.dropFirst(PurgeReceipt.nodePrefix.count))] = Int64(value)
    }
    let names = Set(following.keys).union(applied.keys).sorted()
    return PurgeStanding(
      purgeId: id, requestedAt: moment(requestedAt), complete: names.allSatisfy { applied[$0] != nil },
      nodes: names.map { name in
        .init(nodeId: name, appliedAt: applied[name].map(moment), lastSeenAt: following[name].map { moment($0.seenAt) })
      })
  }

  private func followingNodes() async throws(RedisError) -> [String: FollowingNode] {
    let end = Timestamp.now.milliseconds - Self.patience
    var nodes: [String: FollowingNode] = [:]
    for (name, text) in pairs(try await redis.send("HGETALL", PurgeReceipt.nodes)) {
      guard let node = FollowingNode(text), node.seenAt > end else {
        try await redis.send("HDEL", PurgeReceipt.nodes, name)
        continue
      }
      nodes[name] = node
    }
    return nodes
  }

  private func pairs(_ reply: RedisValue) -> [String: String] {
    let words = (reply.array ?? []).map { $0.text ?? "" }
    return stride(from: 0, to: words.count - 1, by: 2).reduce(into: [:]) { $0[words[$1]] = words[$1 + 1] }
  }

  private func moment(_ milliseconds: Int64) -> String { Timestamp(microseconds: milliseconds * 1_000).iso8601 }
}

extension Timestamp {
  fileprivate var milliseconds: Int64 { microseconds / 1_000 }
}

/// How far an order has come: which nodes have obeyed it, and when.
struct PurgeStanding: Codable {
  struct Node: Codable {
    let nodeId: String
    /// Nil: not yet. A node that is away obeys before it serves what it keeps.
    @OrNull var appliedAt: String?
    /// Nil: not for long.
    @OrNull var lastSeenAt: String?
  }

  let purgeId: String
  let requestedAt: String
  /// All nodes that are known have obeyed.
  let complete: Bool
  let nodes: [Node]
}
