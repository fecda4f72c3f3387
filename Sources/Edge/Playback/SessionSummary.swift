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
  package var lastPositionSeconds: Double { number("position_sec") }

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
      object.fieldOrNull("last_bitrate_kbps", fields["bitrate_kbps"]?.integer)
      object.field("rebuffer_count", integer("stall_count"))
      object.field("rebuffer_ms_total", integer("rebuffer_duration_ms"))
      object.field("dropped_frames_total", integer("dropped_frames"))
      object.field("watched_sec", watchedSeconds)
      for name in ["last_error", "device"] {
        object.name(name)
        if let json = fields[name]?.bytes { object.raw(json) } else { object.null() }
      }
      object.name("playback")
      object.object { playback in
        playback.field("quality", text("quality"))
        playback.field("playback_type", text("playback_type"))
      }
    }
    return writer.bytes
  }

  private func text(_ name: String) -> String? { fields[name]?.text }
  private func integer(_ name: String) -> Int64 { fields[name]?.integer ?? 0 }
  private func number(_ name: String) -> Double { text(name).flatMap { Double($0) } ?? 0 }
}
