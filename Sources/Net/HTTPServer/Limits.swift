package import HTTP

/// What one client may cost a server.
package struct Limits: Sendable {
  package var head = HeadLimits()
  /// A client that has not ended its TLS handshake by then never will.
  package var handshakeTimeout = Duration.seconds(10)
  /// TLS handshakes that go on in one turn of the loop. Each takes a millisecond: however many come at once, whoever is
  /// there already is served after so few of them.
  package var handshakes = 4
  /// A head that is not whole by then is a slow-loris: 408. From its first byte.
  package var headTimeout = Duration.seconds(10)
  /// Content must arrive within this and one second for each `minimumRate` bytes of it: 408.
  package var contentTimeout = Duration.seconds(30)
  /// Bytes a second: a slow phone is faster, a slow-loris is not.
  package var minimumRate = 1_024
  /// Without a request for so long the connection closes: browsers and proxies reuse within a minute.
  package var idleTimeout = Duration.seconds(75)
  /// A reader whom an answer waits for must take it within this and one second for each `minimumRate` bytes of it; else
  /// it is dropped.
  package var writeTimeout = Duration.seconds(30)
  /// After the last answer, how long the client may take to notice before unread bytes reset its connection.
  package var lingerTimeout = Duration.seconds(2)
  /// Pipelined bytes kept while an answer is made; then reading stops. Twice a head.
  package var pipelinedBytes = 32 * 1024
  /// Requests of one pipeline that are answered in one turn of the loop; the others wait for a later turn.
  package var pipelinedRequests = 4
  /// What goes on in one turn of the loop: pipelines that wait, pieces of large contents that are in memory. However
  /// many there are, whoever asks for little does not wait for more of them.
  package var costlyWorks = 4
  /// Bytes of streamed content, either way, that wait for a slower side.
  package var streamWindow = 256 * 1024
  /// Unread content that is cheaper to swallow than a new connection.
  package var discardedContent = 64 * 1024
  /// Connections of one loop; more are closed at once. Files and memory are finite.
  package var connections = 20_000
  package var http2 = HTTP2Limits()

  package init() {}

  /// Heads of so many bytes, and what follows from it: more to be read of what is pipelined, or compressed.
  package mutating func limit(head size: Int) {
    head.headSize = size
    pipelinedBytes = 2 * size
    http2.sectionSize = 4 * size
  }
}
