internal import Publication
internal import Redis

/// What the origin tells all edges, on two streams of Redis.
struct EdgeMessages {
  private let redis: RedisClient

  init(_ redis: RedisClient) { self.redis = redis }

  /// Sent again when its connection was lost: an edge may drop the same answers twice. With Redis away it is lost: then
  /// edges cannot read the stream either, and revalidate all that they serve.
  func purge(_ tags: [String]) async {
    for _ in 0..<2 {
      let fields = PurgeNotice(tags.map { .tag($0) }).fields
      let sent = try? await redis.append(to: PurgeNotice.stream, keeping: PurgeNotice.kept, fields)
      if sent != nil { return }
    }
  }

  func announce(_ change: PublicationChange) async throws(RedisError) {
    try await redis.append(
      to: PublicationChange.stream, keeping: PublicationChange.kept,
      [(PublicationChange.field, PublicationCodec.encode(change))])
  }
}
