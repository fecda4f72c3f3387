internal import CUV

extension SocketStream {
  /// Connects to whichever address of a name answers first. The deadline is for the look-up and all addresses together.
  package static func connect(
    to endpoint: Endpoint, on loop: EventLoop, deadline: Duration
  ) async throws(StreamError) -> SocketStream {
    let end = loop.now + deadline
    switch endpoint {
    case .unix:
      return try await attempt(endpoint, nil, on: loop, until: end)
    case .tcp(let host, let port):
      let addresses: [SocketAddress]
      do { addresses = try await loop.resolve(host: host, port: port, deadline: deadline) } catch {
        throw error == .timedOut ? .timedOut : .unresolved(endpoint, error)
      }
      return try await connect(to: endpoint, at: addresses, on: loop, until: end)
    }
  }

  static func connect(
    to endpoint: Endpoint, at addresses: [SocketAddress], on loop: EventLoop, until end: Instant
  ) async throws(StreamError) -> SocketStream {
    guard addresses.count > 1 else { return try await attempt(endpoint, addresses.first, on: loop, until: end) }
    return try await loop.race(addresses) { address, racing -> Result<SocketStream, StreamError> in
      do throws(StreamError) {
        return .success(try await attempt(endpoint, address, on: loop, until: end, racing))
      } catch { return .failure(error) }
    } discard: {
      $0.close()
    }
  }

  private static func attempt(
    _ endpoint: Endpoint, _ address: SocketAddress?, on loop: EventLoop, until end: Instant,
    _ racing: RacingTry = RacingTry()
  ) async throws(StreamError) -> SocketStream {
    let stream: SocketStream
    do { stream = try SocketStream(on: loop, kind: endpoint) } catch { throw .refused(endpoint, error) }
    racing.giveUp = { stream.close() }
    defer { racing.giveUp = {} }
    var hasTimedOut = false
    let timer = loop.timer(after: end - loop.now) {
      hasTimedOut = true
      stream.close()
    }
    let status = unsafe await withUnsafeContinuation { continuation in
      let connect = unsafe PendingConnect(continuation)
      unsafe connect.start(stream.handle!, endpoint, address)
    }
    timer.cancel()
    if status == 0, !stream.isClosed {
      if case .tcp = endpoint { stream.disableNagle() }
      return stream
    }
    stream.close()
    throw hasTimedOut ? .timedOut : .refused(endpoint, UVError(code: status))
  }
}

@safe private final class PendingConnect {
  private let request = UnsafeMutablePointer<uv_connect_t>.allocate(capacity: 1)
  private let continuation: UnsafeContinuation<Int32, Never>

  init(_ continuation: UnsafeContinuation<Int32, Never>) { unsafe self.continuation = continuation }

  deinit { unsafe request.deallocate() }

  func start(_ handle: UnsafeMutablePointer<uv_stream_t>, _ endpoint: Endpoint, _ address: SocketAddress?) {
    unsafe request.pointee.data = Unmanaged.passRetained(self).toOpaque()
    let finish: uv_connect_cb = { request, status in
      let pending = unsafe Unmanaged<PendingConnect>.fromOpaque(request!.pointee.data).takeRetainedValue()
      unsafe pending.continuation.resume(returning: status)
    }
    let raw = UnsafeMutableRawPointer(handle)
    switch endpoint {
    case .unix(let path):
      unsafe uv_pipe_connect(request, raw.assumingMemoryBound(to: uv_pipe_t.self), path, finish)
    case .tcp:
      let status = unsafe address!.withUnsafePointer { address in
        unsafe uv_tcp_connect(request, raw.assumingMemoryBound(to: uv_tcp_t.self), address, finish)
      }
      if status < 0 { unsafe finish(request, status) }
    }
  }
}
