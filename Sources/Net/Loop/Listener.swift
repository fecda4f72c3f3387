internal import CUV
internal import Glibc

/// Accepts connections for one loop. With SO_REUSEPORT every worker has its own, and the kernel spreads the clients.
@safe package final class Listener {
  /// Where it listens: with the port that the kernel chose for 0.
  package let endpoint: Endpoint
  package var port: UInt16? { endpoint.port }

  private let loop: EventLoop
  private let turns: TurnQueue
  private let accept: (SocketStream) -> Void
  private var handle: UnsafeMutablePointer<uv_stream_t>?

  /// Connections accepted in one turn, which takes a millisecond: those that are there do not wait for more of a flood,
  /// and whoever comes in it does not wait behind it for long.
  private static let mostInTurn = 32

  /// - Throws: `UVError` when the address is in use, not ours, or a port below 1024 without the right.
  package convenience init(
    on endpoint: Endpoint, loop: EventLoop, accept: @escaping (SocketStream) -> Void
  ) throws(UVError) {
    try self.init(from: ListeningSocket(opening: endpoint), loop: loop, accept: accept)
  }

  /// Takes the socket, and closes it in the end.
  package init(
    from socket: ListeningSocket, loop: EventLoop, accept: @escaping (SocketStream) -> Void
  ) throws(UVError) {
    self.loop = loop
    turns = TurnQueue(on: loop, mostInTurn: Self.mostInTurn)
    self.accept = accept
    endpoint = socket.endpoint
    do throws(UVError) {
      try open(socket)
      try check(
        unsafe uv_listen(handle!, ListeningSocket.backlog) { handle, status in
          unsafe owner(of: handle, as: Listener.self).connectionArrived(status)
        })
    } catch {
      close()
      throw error
    }
  }

  /// Whoever waits to be accepted is, in the next turn: what is left when it closes is lost.
  package func takeAll() { turns.open() }

  package func close() {
    turns.open()
    guard let handle = unsafe handle else { return }
    unsafe self.handle = nil
    unsafe uv_close(UnsafeMutableRawPointer(handle).assumingMemoryBound(to: uv_handle_t.self)) { handle in
      unsafe Unmanaged<Listener>.fromOpaque(handle!.pointee.data).release()
      unsafe UnsafeMutableRawPointer(handle!).deallocate()
    }
  }

  private func connectionArrived(_ status: Int32) {
    guard status == 0 else { return }
    // libuv asks the kernel for nobody else until this one is taken.
    turns.run { [self] in take() }
  }

  private func take() {
    guard let handle = unsafe handle else { return }
    // A client that left while it waited in the backlog is nobody's error.
    guard let stream = try? unsafe SocketStream.accept(from: handle, kind: endpoint, on: loop) else { return }
    accept(stream)
  }

  private func open(_ socket: ListeningSocket) throws(UVError) {
    switch socket.endpoint {
    case .tcp:
      let tcp = unsafe Handle<uv_tcp_t>(owner: self)
      unsafe uv_tcp_init(loop.uv, tcp.raw)
      unsafe handle = UnsafeMutableRawPointer(tcp.raw).assumingMemoryBound(to: uv_stream_t.self)
      try check(unsafe uv_tcp_open(tcp.raw, socket.descriptor))
    case .unix:
      let pipe = unsafe Handle<uv_pipe_t>(owner: self)
      unsafe uv_pipe_init(loop.uv, pipe.raw, 0)
      unsafe handle = UnsafeMutableRawPointer(pipe.raw).assumingMemoryBound(to: uv_stream_t.self)
      try check(unsafe uv_pipe_open(pipe.raw, socket.descriptor))
    }
  }
}
