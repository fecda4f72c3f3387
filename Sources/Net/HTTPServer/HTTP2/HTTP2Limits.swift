/// What one client of HTTP/2 may cost beyond `Limits`. Where nothing else is said, whoever goes beyond
/// loses the connection, with ENHANCE_YOUR_CALM (RFC 9113 §10.5).
package struct HTTP2Limits: Sendable {
  /// Requests at once, as most servers allow: a page of pictures needs no more. A further one is refused
  /// (REFUSED_STREAM) until the client has acknowledged our settings; then it knows better, and loses the connection
  /// (PROTOCOL_ERROR). Source: RFC 9113 §5.1.2.
  package var streams: UInt32 = 100
  /// Content on its way to us, over all streams, in bytes: four uploads at full speed.
  package var connectionWindow: Int32 = 1024 * 1024
  /// Content of streamed answers that is made before the client takes it, over all streams, in bytes: a client that
  /// opens all its streams and takes nothing holds so much, and one piece more.
  package var contentInAdvance = 1024 * 1024
  /// Content that the client's window cuts shorter than this is no reason for it to widen the window: a byte at a time
  /// costs a frame each. Source: CVE-2019-9511.
  package var fairContent = 512
  /// A header section as it is on the wire, in bytes, with all its CONTINUATION frames: whatever is longer cannot fit
  /// the head's limit, of which it is four times.
  package var sectionSize = 64 * 1024
  /// Streams reset by the client, or by us for its fault: whoever opens and resets makes work and waits for none of it.
  /// A player that seeks wildly stays far below. Source: CVE-2023-44487, CVE-2025-8671.
  package var resets = Allowance.Rate(burst: 100, perSecond: 20)
  /// Frames that carry nothing forward: PING, SETTINGS, PRIORITY, empty DATA, window updates beyond what our DATA gave
  /// reason for, and unknown ones.
  package var idleFrames = Allowance.Rate(burst: 200, perSecond: 20)
}
