package import HTTP
internal import JSON

/// The bodies of the routes, read with the limits of the contract.
extension PlaybackEvent {
  /// In seconds: some thirty years, which is longer than any film.
  static let positions = 0...1e9
  private static let counts = 0...1_000_000_000

  /// Of a heartbeat, a pause or a resume. The last two say by themselves whether it plays; a heartbeat plays unless it
  /// says otherwise.
  ///
  /// - Throws: `Problem` 400 or 422.
  package init(_ kind: Kind, heartbeat body: [UInt8]) throws(Problem) {
    var event = PlaybackEvent(kind)
    event.isPlaying = kind != .pause
    try BodyReader.read(body) { reader, name throws(JSONError) in
      switch name {
      case "position_sec": event.positionSeconds = try reader.number(in: Self.positions)
      case "bitrate_kbps": event.bitrateKbps = try reader.integer(in: Self.counts)
      case "dropped_frames": event.droppedFrames = try reader.integer(in: Self.counts)
      case "stall_count": event.stalls = try reader.integer(in: Self.counts)
      case "rebuffer_duration_ms": event.rebufferMs = try reader.integer(in: Self.counts)
      case "cdn_node": event.cdnNode = try reader.text(0...128)
      case "playing":
        let isPlaying = try reader.flag()
        if kind == .heartbeat { event.isPlaying = isPlaying }
      default: try event.screen.read(name, with: &reader)
      }
    }
    guard event.positionSeconds != nil else { throw .missing("position_sec") }
    self = event
  }

  package init(seek body: [UInt8]) throws(Problem) {
    var event = PlaybackEvent(.seek)
    try BodyReader.read(body) { reader, name throws(JSONError) in
      switch name {
      case "from_sec": event.positionSeconds = try reader.number(in: Self.positions)
      case "to_sec": event.targetSeconds = try reader.number(in: Self.positions)
      default: try reader.skip()
      }
    }
    guard event.positionSeconds != nil else { throw .missing("from_sec") }
    guard event.targetSeconds != nil else { throw .missing("to_sec") }
    self = event
  }

  /// The player's own `watched_sec` is checked and then left alone: what was watched is counted from the positions.
  package init(complete body: [UInt8]) throws(Problem) {
    var event = PlaybackEvent(.complete)
    try BodyReader.read(body) { reader, name throws(JSONError) in
      switch name {
      case "position_sec": event.positionSeconds = try reader.number(in: Self.positions)
      case "duration_sec": event.durationSeconds = try reader.number(in: Self.positions)
      case "watched_sec": _ = try reader.number(in: Self.positions)
      default: try reader.skip()
      }
    }
    guard event.positionSeconds != nil else { throw .missing("position_sec") }
    self = event
  }

  package init(error body: [UInt8]) throws(Problem) {
    var event = PlaybackEvent(.error)
    var code: String?
    var message: String?
    try BodyReader.read(body) { reader, name throws(JSONError) in
      switch name {
      case "code": code = try reader.text(1...64)
      case "message": message = try reader.text(1...2000)
      case "fatal": event.isFatal = try reader.flag() ?? false
      case "position_sec": event.positionSeconds = try reader.number(in: Self.positions)
      default: try reader.skip()
      }
    }
    guard let code else { throw .missing("code") }
    guard let message else { throw .missing("message") }
    var writer = JSONWriter()
    writer.object { error in
      error.field("code", code)
      error.field("message", message)
      error.field("fatal", event.isFatal)
      error.field("position_sec", event.positionSeconds)
    }
    event.error = writer.bytes
    self = event
  }
}

extension PlaybackEvent.Screen {
  fileprivate mutating func read(_ name: String, with reader: inout BodyReader) throws(JSONError) {
    switch name {
    case "buffered_sec": bufferedSeconds = try reader.number(in: PlaybackEvent.positions)
    case "volume": volume = try reader.number(in: 0...1)
    case "muted": isMuted = try reader.flag()
    case "fullscreen": isFullscreen = try reader.flag()
    case "width": width = try reader.integer(in: 1...16_384)
    case "height": height = try reader.integer(in: 1...16_384)
    default: try reader.skip()
    }
  }
}
