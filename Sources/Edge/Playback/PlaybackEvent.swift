/// What a player tells while it plays. Fields that it left out are nil and not stored.
package struct PlaybackEvent: Sendable {
  package enum Kind: String, Sendable { case heartbeat, pause, resume, seek, complete, error }

  package var kind: Kind
  /// In the film, in seconds, before a seek.
  package var positionSeconds: Double?
  /// In the film, in seconds, after a seek.
  package var targetSeconds: Double?
  package var isPlaying: Bool?
  package var bitrateKbps: Int?
  /// Since the last event, as the next two.
  package var droppedFrames = 0
  package var stalls = 0
  package var rebufferMs = 0
  /// An error after which nothing plays.
  package var isFatal = false
  /// The whole event as JSON, as it goes on the stream.
  package var json: [UInt8]

  package init(_ kind: Kind, json: [UInt8]) {
    self.kind = kind
    self.json = json
  }
}
