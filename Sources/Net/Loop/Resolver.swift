internal import CUV
internal import Glibc

extension EventLoop {
  /// The addresses of a host, in the system's order. Names are looked up on the worker pool, as getaddrinfo blocks.
  package func resolve(host: String, port: UInt16) async throws(UVError) -> [SocketAddress] {
    if let address = SocketAddress(numericHost: host, port: port) { return [address] }
    let lookup = Lookup()
    let status = unsafe await withUnsafeContinuation { continuation in
      unsafe lookup.start(on: self, host: host, port: port, continuation)
    }
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
      unsafe continuation.resume(returning: status)
    }
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
    unsafe continuation?.resume(returning: status)
    unsafe continuation = nil
  }
}
