import HTTPClient
import HTTP
import Loop
import TLS

/// Answers every request with the same bytes, right or wrong.
final class ScriptedServer {
  enum Script {
    /// Once `after` has arrived.
    case answer(String, after: String = "\r\n\r\n")
    case answerAndClose(String)
    case silence
    /// Content of that many bytes.
    case flood(bytes: Int)
  }

  let loop: EventLoop
  private(set) var port: UInt16 = 0
  private(set) var accepted = 0
  private(set) var requests = 0
  private(set) var received: [UInt8] = []
  /// The connection is closed instead of an answer, once.
  var dropsNextRequest = false
  private let script: Script
  private var listener: Listener?
  private var streams: [ByteStream] = []

  init(_ script: Script, _ loop: EventLoop, tls: TLSContext? = nil) throws {
    self.script = script
    self.loop = loop
    var arrived: (SocketStream) -> Void = { _ in }
    let listener = try Listener(on: .tcp(host: "127.0.0.1", port: 0), loop: loop) { arrived($0) }
    self.listener = listener
    port = listener.port ?? 0
    arrived = { [unowned self] in serve(ByteStream($0, tls: tls)) }
  }

  var authority: Authority { Authority(host: "127.0.0.1", port: port) }
  /// Bytes that no client has taken from us.
  var backlog: Int { streams.reduce(0) { $0 + $1.queuedBytes } }

  func get(_ target: String) -> ClientRequest { ClientRequest(.get, authority, target) }

  func close() {
    listener?.close()
    for stream in streams { stream.close() }
    streams = []
  }

  private func serve(_ stream: ByteStream) {
    accepted += 1
    streams.append(stream)
    var pending: [UInt8] = []
    stream.onEnd = { [unowned stream] _ in stream.close() }
    stream.onRead = { [unowned self, unowned stream] bytes in
      pending.append(copying: bytes)
      received.append(copying: bytes)
      answer(&pending, on: stream)
    }
    stream.startReading()
  }

  private func answer(_ pending: inout [UInt8], on stream: ByteStream) {
    var terminator = "\r\n\r\n"
    if case .answer(_, let after) = script { terminator = after }
    // A POST's content is one byte here, after the head.
    let end = pending.first == UInt8(ascii: "P") && terminator == "\r\n\r\n" ? pending.dropLast() : pending[...]
    guard end.suffix(terminator.utf8.count).elementsEqual(terminator.utf8) else { return }
    pending = []
    requests += 1
    guard !dropsNextRequest else {
      dropsNextRequest = false
      return stream.close()
    }
    switch script {
    case .answer(let text, _): stream.write(Array(text.utf8))
    case .answerAndClose(let text):
      stream.write(Array(text.utf8))
      stream.shutdown()
    case .silence: break
    case .flood(let count):
      stream.write(Array("HTTP/1.1 200 OK\r\ncontent-length: \(count)\r\n\r\n".utf8))
      stream.write([UInt8](repeating: 0x61, count: count))
    }
  }
}
