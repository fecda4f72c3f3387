internal import HTTP
internal import Loop
internal import TLS

/// Sends content as it is made, no faster than the client reads. The head leaves with the first piece, in one write.
final class StreamedAnswer {
  private var head: [UInt8]
  private let source: any BodySource
  private let length: Int?
  private let framing: AnswerFraming
  /// Sent so far, without framing.
  private(set) var bytes = 0

  init(head: [UInt8], source: any BodySource, length: Int?, framing: AnswerFraming) {
    self.head = head
    self.source = source
    self.length = length
    self.framing = framing
  }

  /// False when the answer is cut short: the source failed, broke its promise of a length, or the client has left.
  func run(on connection: Connection) async -> Bool {
    if framing.content == .counted, connection.stream.isClear, let source = source as? any FileContent {
      return await send(source, on: connection)
    }
    do {
      while let piece = try await source.next() {
        if let length, bytes + piece.count > length { return false }
        bytes += piece.count
        send(piece, on: connection)
        guard await connection.waitUntilDrained() else { return false }
      }
    } catch {
      // With nothing sent yet the client sees a closed connection and may try again.
      return false
    }
    if framing.content == .chunked { head.append("0\r\n\r\n") }
    connection.stream.write(head)
    return length == nil || bytes == length
  }

  private func send(_ content: any FileContent, on connection: Connection) async -> Bool {
    do {
      while let part = try await content.nextPart() {
        await connection.server.costly.room()
        connection.stream.write(head)
        head = []
        guard await connection.stream.socket.send(part) else { return false }
        bytes += part.count
      }
    } catch {
      return false
    }
    connection.stream.write(head)
    return bytes == length
  }

  private func send(_ piece: [UInt8], on connection: Connection) {
    guard framing.content == .chunked || !head.isEmpty else { return connection.stream.write(piece) }
    if framing.content == .chunked { head.append(String(piece.count, radix: 16) + "\r\n") }
    head += piece
    if framing.content == .chunked { head.append("\r\n") }
    connection.stream.write(head)
    head.removeAll(keepingCapacity: framing.content == .chunked)
  }
}
