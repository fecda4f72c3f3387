internal import Glibc

extension SocketStream {
  /// Of what is sent the usual way when the socket is full, in bytes: once the kernel has it, there is room again.
  private static let piece = 16 * 1024

  /// Sends a part of a file out of the kernel's own pages, no faster than the peer reads. Until it returns nothing else
  /// may be written.
  /// - Returns: false when the connection, or the file, has ended before the part has.
  package func send(_ part: FilePart) async -> Bool {
    var part = part
    fileBytes = part.count
    defer { fileBytes = 0 }
    while part.count > 0 {
      // What was written before goes first.
      await untilDrained()
      do {
        guard let sent = try await sendNow(part) else { return false }
        let isFull = sent < part.stretch
        didSend(sent)
        part.advance(by: sent)
        guard isFull else { continue }
        let next = try await part.first(Self.piece, on: loop)
        fileBytes -= next.count
        write(next)
        part.advance(by: next.count)
      } catch { return false }
    }
    return !isClosed
  }

  /// Nil when the stream is closed.
  private func sendNow(_ part: FilePart) async throws -> Int? {
    guard let descriptor else { return nil }
    if part.isInMemory { return try part.send(through: descriptor) }
    guard let socket = SocketCopy(of: descriptor) else { return nil }
    return try await loop.offload { try part.send(through: socket.descriptor) }
  }
}

/// A descriptor of its own for a socket: a thread of the pool may still send when the stream has been closed.
private final class SocketCopy: Sendable {
  let descriptor: Int32

  init?(of socket: Int32) {
    descriptor = fcntl(socket, F_DUPFD_CLOEXEC, 0)
    if descriptor < 0 { return nil }
  }

  deinit { close(descriptor) }
}
