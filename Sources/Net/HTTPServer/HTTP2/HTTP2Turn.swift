internal import HTTP
internal import Loop
internal import TLS

/// What the HTTP/2 connections of a server share. Whoever has something to send is asked once a turn of the loop, so
/// that all its frames are one write.
final class HTTP2Turn {
  let rules = HTTP2Rules()
  /// Frames of the connection that is being asked.
  var output: [UInt8] = []
  /// The fields of the answer that is being given.
  var section = Fields()
  private var waiting: [HTTP2Connection] = []
  private var hook: PollHook?

  /// So many bytes are collected before they are written: enough for few writes, few enough that what is urgent
  /// soon overtakes what is not.
  static let outputSize = 128 * 1024
  /// What one connection sends in a turn, in bytes, and no more than one output beyond: others wait for it.
  static let share = 512 * 1024 - outputSize

  init(on loop: EventLoop) {
    hook = loop.beforePoll { [unowned self] in flush() }
  }

  deinit { hook?.cancel() }

  func ask(_ connection: HTTP2Connection) { waiting.append(connection) }

  func writeOutput(to stream: ByteStream) {
    stream.write(output)
    output.removeAll(keepingCapacity: true)
  }

  private func flush() {
    guard !waiting.isEmpty else { return }
    let connections = waiting
    waiting.removeAll()
    for connection in connections { connection.flush() }
  }
}
