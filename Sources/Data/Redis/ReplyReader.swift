internal import CHiredis

/// Cuts what arrives into replies: hiredis' reader, its C objects turned into values and freed at once.
@safe final class ReplyReader {
  /// The bytes are not RESP: nothing that follows can be trusted.
  struct Garbled: Error { let reason: String }

  private let raw: UnsafeMutablePointer<redisReader>

  init() {
    guard let raw = unsafe redisReaderCreate() else { preconditionFailure("hiredis could not make a reader") }
    unsafe self.raw = raw
  }

  deinit { unsafe redisReaderFree(raw) }

  func feed(_ bytes: Span<UInt8>) {
    unsafe bytes.withUnsafeBytes { bytes in
      unsafe _ = redisReaderFeed(raw, bytes.baseAddress?.assumingMemoryBound(to: CChar.self), bytes.count)
    }
  }

  /// The next whole reply; nil when more bytes are needed.
  func next() throws(Garbled) -> RedisValue? {
    var reply: UnsafeMutableRawPointer?
    guard unsafe redisReaderGetReply(raw, &reply) == REDIS_OK else { throw Garbled(reason: reason) }
    guard let reply = unsafe reply else { return nil }
    defer { unsafe freeReplyObject(reply) }
    return unsafe value(of: reply.assumingMemoryBound(to: redisReply.self).pointee)
  }

  private var reason: String {
    unsafe withUnsafeBytes(of: raw.pointee.errstr) { unsafe String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
  }
}

private func value(of reply: redisReply) -> RedisValue {
  switch unsafe reply.type {
  case REDIS_REPLY_INTEGER: unsafe .integer(reply.integer)
  case REDIS_REPLY_STATUS: unsafe .status(String(decoding: contents(of: reply), as: UTF8.self))
  case REDIS_REPLY_ERROR: unsafe .failure(RedisRefusal(String(decoding: contents(of: reply), as: UTF8.self)))
  case REDIS_REPLY_STRING: unsafe .bytes(Array(contents(of: reply)))
  case REDIS_REPLY_ARRAY: unsafe .array((0..<reply.elements).map { unsafe value(of: reply.element[$0]!.pointee) })
  default: .null
  }
}

private func contents(of reply: redisReply) -> UnsafeRawBufferPointer {
  unsafe UnsafeRawBufferPointer(start: reply.str, count: reply.len)
}
