internal import Redis

extension RedisScript {
  /// Removes a key that still holds what its caller put there: what has ended meanwhile may be another's by now.
  static let removal = RedisScript(
    """
    if redis.call('GET', KEYS[1]) == ARGV[1] then return redis.call('DEL', KEYS[1]) end
    return 0
    """)
}
