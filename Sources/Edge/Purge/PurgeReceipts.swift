internal import Loop
internal import Publication
internal import Redis

/// Tells in Redis which purges this node has obeyed, and how far it has come. Of a process only the first worker tells:
/// what it has purged is purged for all.
final class PurgeReceipts {
  private let node: String
  private let redis: RedisClient
  private let loop: EventLoop
  /// Whose events these are: it knows where on the stream this node is.
  weak var follower: StreamFollower?
  private var caughtUpAt: Int64?
  private var isClosed = false

  /// Only under an order that still stands: a receipt must not outlive it.
  private static let signing = RedisScript(
    "if redis.call('EXISTS', KEYS[1]) == 1 then redis.call('HSET', KEYS[1], ARGV[1], ARGV[2]) end")
  private static let attempts = 5

  init(of node: String, _ redis: RedisClient, on loop: EventLoop) {
    self.node = node
    self.redis = redis
    self.loop = loop
    loop.start { await self.run() }
  }

  func close() { isClosed = true }

  /// What the cache has heard and obeyed.
  func hear(_ event: StreamFollower.Event) {
    switch event {
    case .entry(let entry, _):
      guard let order = PurgeNotice(entry.fields).order else { return }
      let now = WallClock.milliseconds
      loop.start { await self.sign(order, at: now) }
    case .upToDate:
      caughtUpAt = WallClock.milliseconds
      loop.start { await self.report() }
    case .away: caughtUpAt = nil
    case .stillUpToDate, .missed: break
    }
  }

  /// What is on disk obeys all that was heard.
  func noteObeyed(on disk: DiskStore?) {
    if let disk, let position = follower?.position(in: PurgeNotice.stream) { disk.note(position) }
  }

  private func sign(_ order: String, at now: Int64) async {
    for _ in 0..<Self.attempts where !isClosed {
      let arguments: [any RedisArgument] = [PurgeReceipt.nodePrefix + node, "\(now)"]
      let reply = try? await redis.run(
        ScriptCall(Self.signing, keys: [PurgeReceipt.key(of: order)], arguments: arguments))
      if reply != nil { return }
      await loop.sleep(for: .seconds(1))
    }
  }

  private func run() async {
    while !isClosed {
      await report()
      await loop.sleep(for: .seconds(FollowingNode.interval))
    }
  }

  private func report() async {
    guard let caughtUpAt, let position = follower?.position(in: PurgeNotice.stream) else { return }
    let record = FollowingNode(seenAt: WallClock.milliseconds, caughtUpAt: caughtUpAt, position: "\(position)")
    _ = try? await redis.send("HSET", PurgeReceipt.nodes, node, record.text)
  }
}
