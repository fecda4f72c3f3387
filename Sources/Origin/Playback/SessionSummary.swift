internal import Postgres
internal import Routing

/// What a session adds up to, in the members that the edges answer too.
package struct SessionSummary: Codable, Sendable {
  let id: String
  let titleId: String
  @OrNull private(set) var userId: String?
  @OrNull private(set) var anonId: String?
  /// Unix seconds, as the next.
  let createdAt: Int64
  let updatedAt: Int64
  let status: String
  let lastPositionSec: Double
  @OrNull private(set) var lastBitrateKbps: Int?
  let rebufferCount: Int64
  let rebufferMsTotal: Int64
  let droppedFramesTotal: Int64
  let watchedSec: Double
  @OrNull private(set) var lastError: Failure?
  @OrNull private(set) var device: Device?
  let playback: Choice

  struct Failure: Codable, Sendable {
    let code: String
    let message: String
    let fatal: Bool
    let positionSec: Double?
  }

  struct Device: Codable, Sendable {
    let platform, osName, osVersion, model, appVersion, sdkVersion: String?
  }

  /// What the player chose at the start.
  struct Choice: Codable, Sendable {
    let quality, playbackType: String?
  }

  /// What `init(row:)` reads.
  static let columns: SQL = """
    id, title_id, user_id, anon_id, floor(extract(epoch FROM created_at))::bigint AS created_second,
    floor(extract(epoch FROM updated_at))::bigint AS updated_second, status, last_position_sec, last_bitrate_kbps,
    rebuffer_count, rebuffer_ms_total, dropped_frames_total, watched_sec, last_error, device, quality, playback_type
    """

  init(row: Row) throws {
    id = try row.get("id")
    titleId = try row.get("title_id")
    createdAt = try row.get("created_second")
    updatedAt = try row.get("updated_second")
    status = try row.get("status")
    lastPositionSec = try row.get("last_position_sec")
    rebufferCount = try row.get("rebuffer_count")
    rebufferMsTotal = try row.get("rebuffer_ms_total")
    droppedFramesTotal = try row.get("dropped_frames_total")
    watchedSec = try row.get("watched_sec")
    playback = Choice(quality: try row.get("quality"), playbackType: try row.get("playback_type"))
    userId = try row.get("user_id")
    anonId = try row.get("anon_id")
    lastBitrateKbps = try row.get("last_bitrate_kbps")
    lastError = try row.get("last_error", as: JSONText?.self).map(Self.decode)
    device = try row.get("device", as: JSONText?.self).map(Self.decode)
  }

  private static func decode<Value: Decodable>(_ document: JSONText) throws -> Value {
    try JSONDocument.decode(Value.self, from: Array(document.text.utf8))
  }
}
