internal import CUV
internal import Glibc

/// Why a stream could not be opened, or ended.
package enum StreamError: Error, Equatable {
  case refused(Endpoint, UVError)
  case unresolved(Endpoint, UVError)
  case timedOut
  case broken(UVError)
}

extension StreamError: CustomStringConvertible {
  package var description: String {
    switch self {
    case .refused(let endpoint, let error), .unresolved(let endpoint, let error): "\(endpoint): \(error)"
    case .timedOut: "no answer in time"
    case .broken(let error): "\(error)"
    }
  }
}

/// A connected TCP or unix socket of one loop: callbacks in, bytes out.
@safe package final class SocketStream {
  /// What has arrived. The span is the loop's read buffer: it is valid during the call only.
  package var onRead: (Span<UInt8>) -> Void = { _ in }
  /// Called once when the peer has ended (nil) or the connection has broken. The stream is still to be closed.
  package var onEnd: (StreamError?) -> Void = { _ in }
  /// All queued bytes have reached the kernel.
  package var onDrain: () -> Void = {}

  package let loop: EventLoop
  /// Bytes that the kernel has not taken yet.
  package var queuedBytes: Int { queued + fileBytes }
  private var queued = 0
  /// Of a file's part that is being sent, the bytes that are left.
  var fileBytes = 0
  private var drainWaiter: UnsafeContinuation<Void, Never>?
  private var writtenBytes: UInt64 = 0
  private(set) var handle: UnsafeMutablePointer<uv_stream_t>?
  private var isReading = false
  private var hasEnded = false

  init(on loop: EventLoop, kind: Endpoint) throws(UVError) {
    self.loop = loop
    switch kind {
    case .tcp:
      let handle = unsafe Handle<uv_tcp_t>(owner: self)
      unsafe uv_tcp_init(loop.uv, handle.raw)
      unsafe self.handle = UnsafeMutableRawPointer(handle.raw).assumingMemoryBound(to: uv_stream_t.self)
    case .unix:
      let handle = unsafe Handle<uv_pipe_t>(owner: self)
      unsafe uv_pipe_init(loop.uv, handle.raw, 0)
      unsafe self.handle = UnsafeMutableRawPointer(handle.raw).assumingMemoryBound(to: uv_stream_t.self)
    }
  }

  /// The stream of a connection that the listener has taken. Small answers must not wait for Nagle's timer.
  static func accept(
    from listener: UnsafeMutablePointer<uv_stream_t>, kind: Endpoint, on loop: EventLoop
  ) throws(UVError) -> SocketStream {
    let stream = try SocketStream(on: loop, kind: kind)
    let status = unsafe uv_accept(listener, stream.handle)
    guard status == 0 else {
      stream.close()
      throw UVError(code: status)
    }
    if case .tcp = kind { stream.disableNagle() }
    return stream
  }

  package var isClosed: Bool { unsafe handle == nil }

  /// The socket's, for as long as the stream is open.
  var descriptor: Int32? {
    var descriptor: Int32 = -1
    guard let handle = unsafe handle else { return nil }
    let base = unsafe UnsafeMutableRawPointer(handle).assumingMemoryBound(to: uv_handle_t.self)
    return unsafe uv_fileno(base, &descriptor) == 0 ? descriptor : nil
  }

  /// Bytes that the kernel has taken since the start, of a queued write also those before its end.
  package var sentBytes: UInt64 {
    writtenBytes - UInt64(unsafe handle.map { unsafe uv_stream_get_write_queue_size($0) } ?? 0)
  }

  /// The peer's address; nil on a unix socket.
  package var peer: SocketAddress? { unsafe address(uv_tcp_getpeername) }

  package func startReading() {
    guard let handle = unsafe handle, !isReading, !hasEnded else { return }
    isReading = true
    unsafe uv_read_start(
      handle,
      { handle, _, buffer in
        let loop = unsafe owner(of: handle, as: SocketStream.self).loop
        unsafe buffer!.pointee = uv_buf_init(
          loop.readBuffer.baseAddress!.assumingMemoryBound(to: CChar.self), UInt32(loop.readBuffer.count))
      },
      { handle, count, buffer in
        unsafe owner(of: handle, as: SocketStream.self).didRead(count)
      })
  }

  package func stopReading() {
    guard let handle = unsafe handle, isReading else { return }
    isReading = false
    unsafe uv_read_stop(handle)
  }

  private func didRead(_ count: Int) {
    guard count != 0 else { return }
    guard count > 0 else {
      stopReading()
      hasEnded = true
      let code = count == Int(UV_EOF.rawValue) ? resetCode : Int32(count)
      return onEnd(code == 0 ? nil : .broken(UVError(code: code)))
    }
    let bytes = unsafe UnsafeRawBufferPointer(rebasing: loop.readBuffer[..<count]).assumingMemoryBound(to: UInt8.self)
    onRead(unsafe bytes.span)
  }

  /// libuv takes a reset that follows the last bytes for an end: the socket knows better. 0 after an end.
  private var resetCode: Int32 {
    guard let descriptor else { return 0 }
    var error: Int32 = 0
    var size = socklen_t(MemoryLayout<Int32>.size)
    unsafe getsockopt(descriptor, SOL_SOCKET, SO_ERROR, &error, &size)
    return -error
  }

  /// Hands the bytes to the kernel at once; what it does not take is copied and queued.
  package func write(_ bytes: Span<UInt8>) {
    guard let handle = unsafe handle, bytes.count > 0 else { return }
    writtenBytes += UInt64(bytes.count)
    unsafe bytes.withUnsafeBufferPointer { bytes in
      var written = 0
      if queued == 0 {
        var buffer = unsafe uv_buf_init(
          UnsafeMutablePointer(
            mutating: UnsafeRawPointer(bytes.baseAddress!)
              .assumingMemoryBound(to: CChar.self)), UInt32(bytes.count))
        // A failure other than a full buffer shows again, with its reason, in the queued write.
        written = max(0, Int(unsafe uv_try_write(handle, &buffer, 1)))
      }
      if written < bytes.count { unsafe queue(UnsafeBufferPointer(rebasing: bytes[written...]), on: handle) }
    }
  }

  package func write(_ bytes: [UInt8]) { write(bytes.span) }

  private func queue(_ bytes: UnsafeBufferPointer<UInt8>, on handle: UnsafeMutablePointer<uv_stream_t>) {
    queued += bytes.count
    let write = unsafe QueuedWrite(copying: bytes, stream: self)
    unsafe write.start(on: handle)
  }

  fileprivate func didWrite(_ count: Int, _ status: Int32) {
    queued -= count
    if status < 0, status != UV_ECANCELED.rawValue, !hasEnded {
      hasEnded = true
      stopReading()
      return onEnd(.broken(UVError(code: status)))
    }
    guard queued == 0, !isClosed else { return }
    endWait()
    onDrain()
  }

  /// Returns when nothing that was written waits for the kernel, or the stream is closed.
  func untilDrained() async {
    guard queued > 0, !isClosed else { return }
    unsafe await withUnsafeContinuation { unsafe drainWaiter = $0 }
  }

  private func endWait() {
    let waiter = unsafe drainWaiter
    unsafe drainWaiter = nil
    unsafe waiter?.resume()
  }

  /// Of the file's part.
  func didSend(_ count: Int) {
    fileBytes -= count
    writtenBytes += UInt64(count)
  }

  /// Ends our direction once all queued bytes are sent. Reading goes on.
  package func shutdown() {
    guard let handle = unsafe handle else { return }
    let request = UnsafeMutablePointer<uv_shutdown_t>.allocate(capacity: 1)
    let status = unsafe uv_shutdown(request, handle) { request, _ in unsafe request!.deallocate() }
    if status < 0 { unsafe request.deallocate() }
  }

  /// Closes at once: nothing is called after it. What is still queued is lost, which a reset tells the peer.
  package func close() {
    guard let handle = unsafe handle else { return }
    if queuedBytes > 0 { dropUnsent() }
    unsafe self.handle = nil
    endWait()
    onRead = { _ in }
    onEnd = { _ in }
    onDrain = {}
    let base = unsafe UnsafeMutableRawPointer(handle).assumingMemoryBound(to: uv_handle_t.self)
    // The loop has ended, and has closed it with all that was open.
    guard unsafe uv_is_closing(base) == 0 else { return }
    unsafe uv_close(base) { handle in
      unsafe Unmanaged<SocketStream>.fromOpaque(handle!.pointee.data).release()
      unsafe UnsafeMutableRawPointer(handle!).deallocate()
    }
  }

  /// The kernel would keep what it holds for a reader who does not read, for minutes, and in his own time.
  private func dropUnsent() {
    guard let descriptor else { return }
    var none = linger(l_onoff: 1, l_linger: 0)
    unsafe setsockopt(descriptor, SOL_SOCKET, SO_LINGER, &none, socklen_t(MemoryLayout<linger>.size))
  }

  func disableNagle() {
    unsafe uv_tcp_nodelay(UnsafeMutableRawPointer(handle!).assumingMemoryBound(to: uv_tcp_t.self), 1)
  }

  private func address(
    _ query: (UnsafePointer<uv_tcp_t>?, UnsafeMutablePointer<sockaddr>?, UnsafeMutablePointer<Int32>?) -> Int32
  ) -> SocketAddress? {
    guard let handle = unsafe handle, unsafe handle.pointee.type == UV_TCP else { return nil }
    var storage = sockaddr_storage()
    var length = Int32(MemoryLayout<sockaddr_storage>.size)
    let status = unsafe withUnsafeMutablePointer(to: &storage) { storage in
      unsafe query(
        UnsafeRawPointer(handle).assumingMemoryBound(to: uv_tcp_t.self),
        UnsafeMutableRawPointer(storage).assumingMemoryBound(to: sockaddr.self), &length)
    }
    return status == 0 ? SocketAddress(storage) : nil
  }
}

/// Bytes on their way to the kernel, alive until it has them.
@safe private final class QueuedWrite {
  private let request = UnsafeMutablePointer<uv_write_t>.allocate(capacity: 1)
  private let bytes: UnsafeMutableBufferPointer<UInt8>
  private let stream: SocketStream

  init(copying bytes: UnsafeBufferPointer<UInt8>, stream: SocketStream) {
    unsafe self.bytes = .allocate(capacity: bytes.count)
    unsafe _ = self.bytes.initialize(from: bytes)
    self.stream = stream
  }

  deinit {
    unsafe request.deallocate()
    unsafe bytes.deallocate()
  }

  func start(on handle: UnsafeMutablePointer<uv_stream_t>) {
    unsafe request.pointee.data = Unmanaged.passRetained(self).toOpaque()
    var buffer = unsafe uv_buf_init(
      UnsafeMutableRawPointer(bytes.baseAddress!).assumingMemoryBound(to: CChar.self), UInt32(bytes.count))
    let status = unsafe uv_write(request, handle, &buffer, 1) { request, status in
      let write = unsafe Unmanaged<QueuedWrite>.fromOpaque(request!.pointee.data).takeRetainedValue()
      unsafe write.stream.didWrite(write.bytes.count, status)
    }
    if status < 0 {
      unsafe Unmanaged<QueuedWrite>.fromOpaque(request.pointee.data).release()
      unsafe stream.didWrite(bytes.count, status)
    }
  }
}
