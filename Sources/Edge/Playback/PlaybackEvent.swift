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
  func append(to words: inout [any RedisArgument]) {
    words.append("kind", kind.rawValue)
    words.append("position_sec", positionSeconds)
    words.append("target_sec", targetSeconds)
    words.append("duration_sec", durationSeconds)
    words.append("playing", isPlaying)
    words.append("bitrate_kbps", bitrateKbps)
    words.append("dropped_frames", droppedFrames)
    words.append("stall_count", stalls)
    words.append("rebuffer_duration_ms", rebufferMs)
    words.append("cdn_node", cdnNode)
    if screen != Screen() { screen.append(to: &words) }
    words.append("last_error", error)
    if isFatal { words.append("fatal", true) }
  }
}

extension PlaybackEvent.Screen {
  fileprivate func append(to words: inout [any RedisArgument]) {
    words.append("buffered_sec", bufferedSeconds)
    words.append("volume", volume)
    words.append("muted", isMuted)
    words.append("fullscreen", isFullscreen)
    words.append("width", width)
    words.append("height", height)
  }
}

extension [any RedisArgument] {
  /// A name and its value, or nothing.
  mutating func append(_ name: String, _ value: (some RedisArgument)?) {
    guard let value else { return }
    append(name)
    append(value)
  }

  mutating func append(_ name: String, _ flag: Bool?) { append(name, flag.map { $0 ? "1" : "0" }) }
}
