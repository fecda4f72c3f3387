internal import Publication
internal import Redis

/// What the origin tells all edges, on two streams of Redis. An edge that has missed some starts afresh, so neither
/// stream is kept longer than a slow edge needs.
struct EdgeMessages {
  /// `tags`: cache tags that a write has outdated, separated by commas.
  static let purges = "edge:purges"
  /// `change`: a `PublicationChange`, as `PublicationCodec` writes it.
  static let publication = "edge:publication"

  private let redis: RedisClient

  init(_ redis: RedisClient) { self.redis = redis }

  /// Lost while Redis is away: then edges cannot read the stream either, and revalidate all that they serve.
  func purge(_ tags: [String]) async {
    _ = try? await redis.send(
      "XADD", Self.purges, "MAXLEN", "~", "10000", "*", "tags", tags.joined(separator: ","))
  }

  func announce(_ change: PublicationChange) async throws(RedisError) {
    let bytes = PublicationCodec.encode(change)
    _ = try await redis.send("XADD", Self.publication, "MAXLEN", "~", "10000", "*", "change", bytes)
  }
}
