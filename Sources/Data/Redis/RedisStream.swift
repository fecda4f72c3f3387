internal import Loop

/// One entry of a stream.
package struct StreamEntry: Equatable, Sendable {
  package let id: String
  /// In order; a name may repeat.
  package let fields: [(name: String, value: [UInt8])]

  package init(id: String, fields: [(name: String, value: [UInt8])]) {
    self.id = id
    self.fields = fields
  }

  package func first(_ name: String) -> [UInt8]? { fields.first { $0.name == name }?.value }

  package static func == (left: StreamEntry, right: StreamEntry) -> Bool {
    left.id == right.id && left.fields.elementsEqual(right.fields) { $0 == $1 }
  }
}

extension RedisClient {
  /// Appends; the stream forgets its oldest entries beyond about `keeping`.
  @discardableResult
  package func append(
    to stream: String, keeping: Int, _ fields: [(name: String, value: [UInt8])]
  ) async throws(RedisError) -> String {
    var command = RedisCommand("XADD", stream, "MAXLEN", "~", keeping, "*")
    for field in fields {
      command.append(field.name)
      command.append(field.value)
    }
    return try await send(command).text ?? ""
  }

  /// The entries after `id`, waiting up to `patience` for the first. Only on a client of its own.
  package func read(
    _ stream: String, after id: String, count: Int = 256, patience: Duration
  ) async throws(RedisError) -> [StreamEntry] {
    let command = RedisCommand("XREAD", "COUNT", count, "BLOCK", patience.blockMs, "STREAMS", stream, id)
    return entries(ofStreams: try await send(command, deadline: patience + .seconds(2)))
  }

  /// A group's new entries (`>`), or with "0" those that this consumer took and did not acknowledge.
  package func read(
    _ stream: String, group: String, consumer: String, after id: String = ">", count: Int = 256, patience: Duration
  ) async throws(RedisError) -> [StreamEntry] {
    let command = RedisCommand(
      "XREADGROUP", "GROUP", group, consumer, "COUNT", count, "BLOCK", patience.blockMs, "STREAMS", stream, id)
    return entries(ofStreams: try await send(command, deadline: patience + .seconds(2)))
  }

  /// Makes the group from the stream's first entry on; one that exists is left alone.
  package func makeGroup(_ group: String, on stream: String) async throws(RedisError) {
    do throws(RedisError) {
      try await send("XGROUP", "CREATE", stream, group, "0", "MKSTREAM")
    } catch {
      guard case .refused(let refusal) = error, refusal.code == "BUSYGROUP" else { throw error }
    }
  }

  /// Takes over what other consumers have left unacknowledged for `idle`: they died in between.
  package func claim(
    _ stream: String, group: String, consumer: String, idle: Duration, count: Int = 256
  ) async throws(RedisError) -> [StreamEntry] {
    let reply = try await send("XAUTOCLAIM", stream, group, consumer, idle.blockMs, "0", "COUNT", count)
    guard let parts = reply.array, parts.count > 1 else { return [] }
    return entries(of: parts[1])
  }
}

private func entries(ofStreams reply: RedisValue) -> [StreamEntry] {
  guard let stream = reply.array?.first?.array, stream.count == 2 else { return [] }
  return entries(of: stream[1])
}

func entries(of reply: RedisValue) -> [StreamEntry] {
  (reply.array ?? []).compactMap { entry in
    guard let parts = entry.array, parts.count == 2, let id = parts[0].text else { return nil }
    let words = parts[1].array ?? []
    let fields = stride(from: 0, to: words.count - 1, by: 2).map { index in
      (name: words[index].text ?? "", value: words[index + 1].bytes ?? [])
    }
    return StreamEntry(id: id, fields: fields)
  }
}

extension Duration {
  /// In whole milliseconds, at least 1: Redis reads BLOCK 0 as "for ever".
  fileprivate var blockMs: Int { max(1, Int(wholeMilliseconds)) }
}
