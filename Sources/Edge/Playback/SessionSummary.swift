internal import JSON
internal import Redis

/// What a session adds up to.
package struct SessionSummary {
  package let id: SessionID
  private let fields: [String: RedisValue]

  /// Of an HGETALL reply; nil when there is no such session.
  init?(id: SessionID, hash: [RedisValue]) {
    guard !hash.isEmpty else { return nil }
    self.id = id
    var fields: [String: RedisValue] = [:]
    for index in stride(from: 0, to: hash.count - 1, by: 2) { fields[hash[index].text ?? ""] = hash[index + 1] }
    self.fields = fields
  }

  package var status: String { text("status") ?? "" }
  package var watchedSeconds: Double { number("watched_sec") }
  package var lastPositionSeconds: Double { number("last_position_sec") }

  /// As `GET /api/v1/player/sessions/{id}` answers it.
  package var json: [UInt8] {
    var writer = JSONWriter()
    writer.object { object in
      object.field("id", id.text)
      object.field("title_id", text("title_id"))
      object.fieldOrNull("user_id", text("user_id"))
      object.fieldOrNull("anon_id", text("anon_id"))
      object.field("created_at", integer("created_at"))
      object.field("updated_at", integer("updated_at"))
      object.field("status", status)
      object.field("last_position_sec", lastPositionSeconds)
      object.fieldOrNull("last_bitrate_kbps", fields["last_bitrate_kbps"]?.integer)
      for name in ["rebuffer_count", "rebuffer_ms_total", "dropped_frames_total"] { object.field(name, integer(name)) }
      object.field("watched_sec", watchedSeconds)
      for name in ["last_error", "device", "playback"] {
        object.name(name)
        if let json = fields[name]?.bytes { object.raw(json) } else { object.null() }
      }
    }
    return writer.bytes
  }

  private func text(_ name: String) -> String? { fields[name]?.text }
  private func integer(_ name: String) -> Int64 { fields[name]?.integer ?? 0 }
  private func number(_ name: String) -> Double { text(name).flatMap { Double($0) } ?? 0 }
}
