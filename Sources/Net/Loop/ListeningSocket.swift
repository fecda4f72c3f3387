internal import CUV
internal import Glibc

/// A socket that listens, before anybody accepts from it: a `Listener` of this process, or of another that it is given
/// to.
package struct ListeningSocket: Sendable {
  /// Closed by the `Listener` that takes it, else by `close`.
  package let descriptor: Int32
  /// With the port that the kernel chose for 0.
  package let endpoint: Endpoint

  /// Clients that the kernel lets wait to be accepted.
  static let backlog: Int32 = 1024

  /// With SO_REUSEPORT, so that each worker may have one of its own. The file of a unix socket stays when it is closed;
  /// one where nobody listens any more is replaced.
  /// - Throws: `UVError` when the address is in use, not ours, or a port below 1024 without the right.
  package init(opening endpoint: Endpoint) throws(UVError) {
    let socket: Int32
    switch endpoint {
    case .tcp(let host, let port):
      guard let address = SocketAddress(numericHost: host, port: port) else { throw UVError(code: UV_EINVAL.rawValue) }
      socket = try streamSocket(address.isIPv6 ? AF_INET6 : AF_INET, SO_REUSEADDR, SO_REUSEPORT)
      try closing(socket) { () throws(UVError) in try address.bind(socket) }
    case .unix(let path):
      let address = try UnixAddress(path)
      socket = try streamSocket(AF_UNIX)
      try closing(socket) { () throws(UVError) in
        if try isAbandoned(address) { unsafe unlink(path) }
        try checkErrno(unsafe address.with { unsafe Glibc.bind(socket, $0, $1) })
      }
    }
    try closing(socket) { () throws(UVError) in try checkErrno(listen(socket, Self.backlog)) }
    try self.init(inherited: socket)
  }

  /// One that somebody else has opened.
  /// - Throws: `UVError` when there is no listening socket under the number.
  package init(inherited descriptor: Int32) throws(UVError) {
    var isListening: Int32 = 0
    var size = socklen_t(MemoryLayout<Int32>.size)
    try checkErrno(unsafe getsockopt(descriptor, SOL_SOCKET, SO_ACCEPTCONN, &isListening, &size))
    guard isListening != 0 else { throw UVError(code: UV_EINVAL.rawValue) }
    try checkErrno(fcntl(descriptor, F_SETFD, FD_CLOEXEC))
    self.descriptor = descriptor
    endpoint = try Endpoint(ofSocket: descriptor)
  }

  private init(_ descriptor: Int32, _ endpoint: Endpoint) {
    self.descriptor = descriptor
    self.endpoint = endpoint
  }

  /// The same socket and the same queue of clients, under a second number.
  package func duplicate() throws(UVError) -> ListeningSocket {
    ListeningSocket(try checkErrno(fcntl(descriptor, F_DUPFD_CLOEXEC, 0)), endpoint)
  }

  package func close() { Glibc.close(descriptor) }
}

extension Endpoint {
  /// Any process of ours could listen where another one does, and would take half of its clients: SO_REUSEPORT is for
  /// the workers of one process. So whoever opens the first asks.
  /// - Throws: `UVError`, address already in use.
  package func requireUnused() throws(UVError) {
    guard case .tcp(let host, let port) = self, port != 0 else { return }
    guard let address = SocketAddress(numericHost: host, port: port) else { return }
    // What an earlier process has left in TIME_WAIT does not count.
    let socket = try streamSocket(address.isIPv6 ? AF_INET6 : AF_INET, SO_REUSEADDR)
    defer { close(socket) }
    try address.bind(socket)
  }

  /// Where a socket of ours is.
  fileprivate init(ofSocket descriptor: Int32) throws(UVError) {
    var storage = sockaddr_storage()
    var size = socklen_t(MemoryLayout<sockaddr_storage>.size)
    try checkErrno(
      unsafe withUnsafeMutablePointer(to: &storage) { storage in
        unsafe storage.withMemoryRebound(to: sockaddr.self, capacity: 1) { unsafe getsockname(descriptor, $0, &size) }
      })
    guard storage.ss_family == sa_family_t(AF_UNIX) else {
      let address = SocketAddress(storage)
      self = .tcp(host: address.host, port: address.port)
      return
    }
    let path = unsafe withUnsafeBytes(of: storage) { bytes in
      let name = unsafe bytes[MemoryLayout<sa_family_t>.size..<Int(size)]
      return unsafe String(decoding: name.prefix { $0 != 0 }, as: UTF8.self)
    }
    self = .unix(path: path)
  }
}

extension SocketAddress {
  fileprivate func bind(_ socket: Int32) throws(UVError) {
    let size = socklen_t(isIPv6 ? MemoryLayout<sockaddr_in6>.size : MemoryLayout<sockaddr_in>.size)
    try checkErrno(unsafe withUnsafePointer { unsafe Glibc.bind(socket, $0, size) })
  }
}

private func streamSocket(_ family: Int32, _ options: Int32...) throws(UVError) -> Int32 {
  let kind = Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue | SOCK_NONBLOCK.rawValue)
  let socket = try checkErrno(Glibc.socket(family, kind, 0))
  var on: Int32 = 1
  for option in options {
    unsafe setsockopt(socket, SOL_SOCKET, option, &on, socklen_t(MemoryLayout<Int32>.size))
  }
  return socket
}

/// Closes the socket when the step fails.
private func closing(_ socket: Int32, _ step: () throws(UVError) -> Void) throws(UVError) {
  do { try step() } catch {
    close(socket)
    throw error
  }
}

/// A process that was killed has left the file.
private func isAbandoned(_ address: UnixAddress) throws(UVError) -> Bool {
  let socket = try streamSocket(AF_UNIX)
  defer { close(socket) }
  return unsafe address.with { unsafe connect(socket, $0, $1) } != 0 && errno == ECONNREFUSED
}
