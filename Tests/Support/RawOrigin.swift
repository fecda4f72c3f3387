internal import Loop

/// A server that a test scripts byte by byte: what arrives is kept as it came, and what is sent has no form but the
/// test's own.
package final class RawOrigin {
  /// One connection, as the origin sees it.
  package final class Line {
    private let stream: SocketStream
    /// All that has come in.
    package fileprivate(set) var received = ""

    fileprivate init(_ stream: SocketStream) { self.stream = stream }

    package func send(_ text: String) { stream.write(Array(text.utf8)) }

    package func close() { stream.close() }

    /// Once all of it is on its way.
    package func closeAfterWriting() {
      if stream.queuedBytes == 0 { close() } else { stream.onDrain = { [self] in close() } }
    }
  }

  package let port: UInt16
  /// In the order in which they came.
  package private(set) var lines: [Line] = []
  /// What happens whenever a request's head is whole; it gets that head, and the line to answer on.
  package var answer: (_ head: String, Line) -> Void = { _, line in line.close() }
  /// Of all requests so far.
  package private(set) var heads: [String] = []
  private var listener: Listener?

  package init(_ stage: Stage) throws {
    var arrived: (SocketStream) -> Void = { _ in }
    let listener = try Listener(on: .tcp(host: "127.0.0.1", port: 0), loop: stage.loop) { arrived($0) }
    port = listener.port ?? 0
    self.listener = listener
    arrived = { [unowned self] in accept($0) }
    stage.atEnd { [self] in close() }
  }

  package var url: String { "http://127.0.0.1:\(port)" }

  /// Answers every request with these bytes.
  package func alwaysSend(_ text: String) { answer = { _, line in line.send(text) } }

  /// As if the machine were gone.
  package func close() {
    listener?.close()
    listener = nil
    for line in lines { line.close() }
  }

  private func accept(_ stream: SocketStream) {
    let line = Line(stream)
    lines.append(line)
    var rest = ""
    stream.onRead = { [weak self] bytes in
      var text: [UInt8] = []
      for index in bytes.indices { text.append(bytes[index]) }
      line.received += String(decoding: text, as: UTF8.self)
      rest += String(decoding: text, as: UTF8.self)
      while let end = rest.firstRange(of: "\r\n\r\n") {
        let head = String(rest[..<end.upperBound])
        rest = String(rest[end.upperBound...])
        self?.heads.append(head)
        self?.answer(head, line)
      }
    }
    stream.onEnd = { _ in line.close() }
    stream.startReading()
  }
}
