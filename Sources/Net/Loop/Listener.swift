internal import CUV
internal import Glibc

/// Accepts connections for one loop. With SO_REUSEPORT every worker has its own, and the kernel spreads the clients.
@safe package final class Listener {
  /// The port in use: the kernel's choice when 0 was asked for. Nil on a unix socket.
  package private(set) var port: UInt16?

  private let loop: EventLoop
  private let endpoint: Endpoint
  private let accept: (SocketStream) -> Void
  private var handle: UnsafeMutablePointer<uv_stream_t>?

  /// - Throws: `UVError` when the address is in use, not ours, or a port below 1024 without the right.
  package init(
    on endpoint: Endpoint, loop: EventLoop, backlog: Int32 = 1024, accept: @escaping (SocketStream) -> Void
  ) throws(UVError) {
    self.loop = loop
    self.endpoint = endpoint
    self.accept = accept
    do throws(UVError) {
      switch endpoint {
      case .tcp(let host, let port): try bind(host: host, port: port)
      case .unix(let path): try bind(path: path)
      }
      try check(
        unsafe uv_listen(handle!, backlog) { handle, status in
          unsafe owner(of: handle, as: Listener.self).connectionArrived(status)
        })
    } catch {
      close()
      throw error
    }
  }

  package func close() {
    guard let handle = unsafe handle else { return }
    unsafe self.handle = nil
    unsafe uv_close(UnsafeMutableRawPointer(handle).assumingMemoryBound(to: uv_handle_t.self)) { handle in
      unsafe Unmanaged<Listener>.fromOpaque(handle!.pointee.data).release()
      unsafe UnsafeMutableRawPointer(handle!).deallocate()
    }
  }

  private func connectionArrived(_ status: Int32) {
    guard status == 0, let handle = unsafe handle else { return }
    // A client that left while it waited in the backlog is nobody's error.
    guard let stream = try? unsafe SocketStream.accept(from: handle, kind: endpoint, on: loop) else { return }
    accept(stream)
  }

  private func bind(host: String, port: UInt16) throws(UVError) {
    guard let address = SocketAddress(numericHost: host, port: port) else { throw UVError(code: UV_EINVAL.rawValue) }
    let tcp = unsafe Handle<uv_tcp_t>(owner: self)
    unsafe uv_tcp_init(loop.uv, tcp.raw)
    unsafe handle = UnsafeMutableRawPointer(tcp.raw).assumingMemoryBound(to: uv_stream_t.self)
    // libuv 1.44 has no UV_TCP_REUSEPORT: the option is set on a socket of ours.
    let socket = try streamSocket(for: address, SO_REUSEPORT)
    try check(unsafe uv_tcp_open(tcp.raw, socket))
    try check(unsafe address.withUnsafePointer { unsafe uv_tcp_bind(tcp.raw, $0, 0) })
    var storage = sockaddr_storage()
    var length = Int32(MemoryLayout<sockaddr_storage>.size)
    try check(
      unsafe withUnsafeMutablePointer(to: &storage) { storage in
        let address = unsafe UnsafeMutableRawPointer(storage).assumingMemoryBound(to: sockaddr.self)
        return unsafe uv_tcp_getsockname(tcp.raw, address, &length)
      })
    self.port = SocketAddress(storage).port
  }

  private func bind(path: String) throws(UVError) {
    let pipe = unsafe Handle<uv_pipe_t>(owner: self)
    unsafe uv_pipe_init(loop.uv, pipe.raw, 0)
    unsafe handle = UnsafeMutableRawPointer(pipe.raw).assumingMemoryBound(to: uv_stream_t.self)
    try check(unsafe uv_pipe_bind(pipe.raw, path))
  }
}

extension Endpoint {
  /// Any process of ours could listen where another one does, and would take half of its clients: SO_REUSEPORT is for
  /// the workers of one process. So its first worker asks.
  /// - Throws: `UVError`, address already in use.
  package func requireUnused() throws(UVError) {
    guard case .tcp(let host, let port) = self, port != 0 else { return }
    guard let address = SocketAddress(numericHost: host, port: port) else { return }
    // What an earlier process has left in TIME_WAIT does not count.
    let socket = try streamSocket(for: address, SO_REUSEADDR)
    defer { close(socket) }
    let size = socklen_t(address.isIPv6 ? MemoryLayout<sockaddr_in6>.size : MemoryLayout<sockaddr_in>.size)
    let status = unsafe address.withUnsafePointer { unsafe Glibc.bind(socket, $0, size) }
    if status != 0 { throw UVError(code: -errno) }
  }
}

private func streamSocket(for address: SocketAddress, _ option: Int32) throws(UVError) -> Int32 {
  let kind = Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue)
  let socket = Glibc.socket(address.isIPv6 ? AF_INET6 : AF_INET, kind, 0)
  guard socket >= 0 else { throw UVError(code: -errno) }
  var on: Int32 = 1
  unsafe setsockopt(socket, SOL_SOCKET, option, &on, socklen_t(MemoryLayout<Int32>.size))
  return socket
}
