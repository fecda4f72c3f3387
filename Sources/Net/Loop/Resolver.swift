internal import CUV
internal import Glibc

extension EventLoop {
  /// The addresses of a host, in the system's order. Names are looked up on the worker pool, as getaddrinfo blocks.
  /// - Throws: `UVError.timedOut` when no answer came before the deadline; the lookup then ends by itself, unheard.
  package func resolve(host: String, port: UInt16, deadline: Duration) async throws(UVError) -> [SocketAddress] {
    if let address = SocketAddress(numericHost: host, port: port) { return [address] }
    let lookup = Lookup()
    let alarm = timer(after: deadline) { lookup.giveUp() }
    let status = unsafe await withUnsafeContinuation { continuation in
      unsafe lookup.start(on: self, host: host, port: port, continuation)
    }
    alarm.cancel()
    try check(status)
    return lookup.addresses
  }
}

/// One getaddrinfo request.
@safe private final class Lookup {
  private(set) var addresses: [SocketAddress] = []
  private let request = UnsafeMutablePointer<uv_getaddrinfo_t>.allocate(capacity: 1)
  private var continuation: UnsafeContinuation<Int32, Never>?

  deinit { unsafe request.deallocate() }

  func start(on loop: EventLoop, host: String, port: UInt16, _ continuation: UnsafeContinuation<Int32, Never>) {
    unsafe self.continuation = continuation
    unsafe request.pointee.data = Unmanaged.passRetained(self).toOpaque()
    var hints = unsafe addrinfo()
    unsafe hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
    let status = unsafe uv_getaddrinfo(
      loop.uv, request,
      { request, status, list in
        let lookup = unsafe Unmanaged<Lookup>.fromOpaque(request!.pointee.data).takeRetainedValue()
        unsafe lookup.finish(status, list)
      }, host, String(port), &hints)
    if status < 0 {
      unsafe Unmanaged<Lookup>.fromOpaque(request.pointee.data).release()
      resume(status)
    }
  }

  /// One that waits for a thread of the pool is taken out; one that has a thread keeps it until the system gives up.
  func giveUp() {
    unsafe uv_cancel(UnsafeMutableRawPointer(request).assumingMemoryBound(to: uv_req_t.self))
    resume(UVError.timedOut.code)
  }

  private func resume(_ status: Int32) {
    unsafe continuation?.resume(returning: status)
    unsafe continuation = nil
  }

  private func finish(_ status: Int32, _ list: UnsafeMutablePointer<addrinfo>?) {
    var next = unsafe list
    while let entry = unsafe next {
      var storage = sockaddr_storage()
      unsafe withUnsafeMutableBytes(of: &storage) { bytes in
        unsafe bytes.copyMemory(
          from: UnsafeRawBufferPointer(start: entry.pointee.ai_addr, count: Int(entry.pointee.ai_addrlen)))
      }
      addresses.append(SocketAddress(storage))
      unsafe next = entry.pointee.ai_next
    }
    unsafe uv_freeaddrinfo(list)
    resume(status)
  }
}
