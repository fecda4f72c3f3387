package import HTTP
internal import JSON
internal import Redis

/// What a player tells when it starts.
package struct SessionStart: Sendable {
  package enum Quality: String, CaseIterable, Sendable {
    case auto
    case p240 = "240p"
    case p480 = "480p"
    case p720 = "720p"
    case p1080 = "1080p"
    case p2160 = "2160p"
  }

  /// 1 to 128 letters, digits, `_` and `-`: an id or a slug of the catalogue, which the edge does not ask.
  package let titleID: String
  package private(set) var quality = Quality.auto
  package private(set) var playbackType = "stream"
  package private(set) var positionSeconds = 0.0
  /// The members that the contract knows, as JSON.
  private var device: [UInt8]?
  private var network: [UInt8]?

  /// - Throws: `Problem` 400 or 422.
  package init(json body: [UInt8]) throws(Problem) {
    var titleID: String?
    var quality: Quality?
    var playbackType: String?
    var position: Double?
    var device: [UInt8]?
    var network: [UInt8]?
    try BodyReader.read(body) { reader, name throws(JSONError) in
      switch name {
      case "title_id": titleID = try reader.text(1...128)
      case "quality": quality = try reader.choice(of: Quality.self)
      case "playback_type": playbackType = try reader.text(0...16)
      case "position_sec": position = try reader.number(in: PlaybackEvent.positions)
      case "device": device = try reader.device()
      case "network": network = try reader.network()
      default: try reader.skip()
      }
    }
    guard let titleID else { throw .missing("title_id") }
    guard titleID.isOfNameCharacters else { throw Problem(.badRequest, "Invalid title_id format") }
    self.titleID = titleID
    self.quality = quality ?? self.quality
    self.playbackType = playbackType ?? self.playbackType
    positionSeconds = position ?? positionSeconds
    self.device = device
    self.network = network
  }

  /// Names and values, as they stand in the stream's entry and in the session's hash.
  func append(to call: inout ScriptCall) {
    call.argument("title_id", titleID)
    call.argument("position_sec", positionSeconds)
    call.argument("quality", quality.rawValue)
    call.argument("playback_type", playbackType)
    call.argument("device", device)
    call.argument("network", network)
  }
}

extension BodyReader {
  fileprivate mutating func device() throws(JSONError) -> [UInt8]? {
    try members { reader, name, device throws(JSONError) in
      switch name {
      case "platform", "os_name", "os_version", "model", "app_version", "sdk_version":
        device.field(name, try reader.text(0...128))
      default: try reader.skip()
      }
    }
  }

  fileprivate mutating func network() throws(JSONError) -> [UInt8]? {
    try members { reader, name, network throws(JSONError) in
      switch name {
      case "type": network.field(name, try reader.text(0...32))
      case "down_kbps", "up_kbps", "rtt_ms": network.field(name, try reader.integer(in: 0...1_000_000_000))
      default: try reader.skip()
      }
    }
  }

  /// An object of which `copy` writes what it knows; nil for one of which it knows nothing.
  private mutating func members(
    _ copy: (inout BodyReader, String, inout JSONWriter) throws(JSONError) -> Void
  ) throws(JSONError) -> [UInt8]? {
    var copies = JSONWriter()
    try copies.object { copies throws(JSONError) in
      try object { reader, name throws(JSONError) in try copy(&reader, name, &copies) }
    }
    return copies.bytes.count > 2 ? copies.bytes : nil
  }
}
