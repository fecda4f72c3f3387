internal import CUV
internal import Glibc

extension SocketStream {
  /// Sends a part of a file out of the kernel's own pages, no faster than the peer reads. Until it returns nothing else
  /// may be written.
  /// - Returns: false when the connection, or the file, has ended before the part has.
  package func send(_ part: FilePart) async -> Bool {
    guard let socket = descriptor.flatMap({ SocketCopy(of: $0) }) else { return false }
    let sending = FileSending(through: socket, on: loop)
    fileSending = sending
    fileBytes = part.count
    defer {
      sending.end()
      fileSending = nil
      fileBytes = 0
    }
    var part = part
    while part.count > 0, !isClosed {
      do {
        // What was written before goes first.
        let sent = isIdle ? try await sending.send(part) : 0
        part.advance(by: sent)
        didSend(sent)
        if sent == 0 { try await sending.room() }
      } catch { return false }
    }
    return part.count == 0
  }
}

/// A descriptor of its own for a socket: a thread of the pool may still write when the stream has been closed.
private final class SocketCopy: Sendable {
  let descriptor: Int32

  init?(of socket: Int32) {
    descriptor = fcntl(socket, F_DUPFD_CLOEXEC, 0)
    if descriptor < 0 { return nil }
  }

  deinit { close(descriptor) }
}

/// One part of a file on its way through one socket.
@safe final class FileSending {
  private let socket: SocketCopy
  private let loop: EventLoop
  private var watcher: SocketWatcher?
  private var waiter: UnsafeContinuation<Void, Never>?

  fileprivate init(through socket: SocketCopy, on loop: EventLoop) {
    self.socket = socket
    self.loop = loop
  }

  fileprivate func send(_ part: FilePart) async throws -> Int {
    if part.file.isResident { return try part.send(through: socket.descriptor) }
    return try await loop.offload { [socket] in try part.send(through: socket.descriptor) }
  }

  /// Returns when the socket takes more, has broken, or the sending has ended.
  fileprivate func room() async throws(UVError) {
    if watcher == nil { watcher = try SocketWatcher(socket: socket.descriptor, on: loop) }
    unsafe await withUnsafeContinuation { continuation in
      unsafe waiter = continuation
      watcher?.watch(.writable) { [unowned self] _ in wake() }
    }
  }

  func end() {
    watcher?.close()
    watcher = nil
    wake()
  }

  private func wake() {
    watcher?.pause()
    let waiting = unsafe waiter
    unsafe waiter = nil
    unsafe waiting?.resume()
  }
}
