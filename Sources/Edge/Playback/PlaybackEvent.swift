internal import Redis

/// What a player tells while it plays. What it left out is nil, and is neither stored nor does it change anything.
package struct PlaybackEvent: Sendable {
  package enum Kind: String, Sendable { case heartbeat, pause, resume, seek, complete, error }

  package let kind: Kind
  /// In the film, in seconds, before a seek.
  package var positionSeconds: Double?
  /// In the film, in seconds, after a seek.
  package var targetSeconds: Double?
  /// Of the film.
  package var durationSeconds: Double?
  package var isPlaying: Bool?
  package var bitrateKbps: Int?
  /// Since the last event, as the next two.
  package var droppedFrames: Int?
  package var stalls: Int?
  package var rebufferMs: Int?
  /// The node of the CDN that the player gets its bytes from.
  package var cdnNode: String?
  package var screen = Screen()
  /// What went wrong, as JSON.
  package var error: [UInt8]?
  /// An error after which nothing plays.
  package var isFatal = false

  /// How it looks and sounds to whoever watches.
  package struct Screen: Equatable, Sendable {
    package var bufferedSeconds: Double?
    /// 0 to 1.
    package var volume: Double?
    package var isMuted: Bool?
    package var isFullscreen: Bool?
    package var width: Int?
    package var height: Int?

    package init() {}
  }

  package init(_ kind: Kind) { self.kind = kind }

  /// Names and values, as they stand in an entry of the stream.
  func append(to call: inout ScriptCall) {
    call.argument("kind", kind.rawValue)
    call.argument("position_sec", positionSeconds)
    call.argument("target_sec", targetSeconds)
    call.argument("duration_sec", durationSeconds)
    call.argument("playing", isPlaying)
    call.argument("bitrate_kbps", bitrateKbps)
    call.argument("dropped_frames", droppedFrames)
    call.argument("stall_count", stalls)
    call.argument("rebuffer_duration_ms", rebufferMs)
    call.argument("cdn_node", cdnNode)
    if screen != Screen() { screen.append(to: &call) }
    call.argument("last_error", error)
    if isFatal { call.argument("fatal", true) }
  }
}

extension PlaybackEvent.Screen {
  fileprivate func append(to call: inout ScriptCall) {
    call.argument("buffered_sec", bufferedSeconds)
    call.argument("volume", volume)
    call.argument("muted", isMuted)
    call.argument("fullscreen", isFullscreen)
    call.argument("width", width)
    call.argument("height", height)
  }
}
