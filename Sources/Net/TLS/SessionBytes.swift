internal import COpenSSL

/// The ciphertext of one session while a call works on it: OpenSSL reads and writes here. Between calls it holds
/// nothing, so that an idle session has no buffers.
@safe final class SessionBytes {
  /// OWNERSHIP: the caller's, while `reading` runs.
  private var incoming = unsafe UnsafeBufferPointer<UInt8>(start: nil, count: 0)
  private var outgoing: [UInt8] = []

  /// A BIO over these bytes.
  /// OWNERSHIP: the caller's. It must not be used once we are gone.
  func makeBIO() -> OpaquePointer {
    guard let bio = unsafe BIO_new(method) else { preconditionFailure("OpenSSL could not make a BIO: \(lastReason())") }
    unsafe BIO_set_data(bio, Unmanaged.passUnretained(self).toOpaque())
    unsafe BIO_set_init(bio, 1)
    return unsafe bio
  }

  /// Lends what has arrived; all of it is taken unless the session breaks.
  func reading<R>(_ bytes: Span<UInt8>, _ body: () throws(TLSError) -> R) throws(TLSError) -> R {
    let result = unsafe bytes.withUnsafeBufferPointer { bytes in
      unsafe incoming = bytes
      defer { unsafe incoming = UnsafeBufferPointer(start: nil, count: 0) }
      return Result { () throws(TLSError) -> R in try body() }
    }
    return try result.get()
  }

  /// Of what has arrived, OpenSSL has not taken all.
  var hasMore: Bool { unsafe !incoming.isEmpty }

  func takeOutgoing() -> [UInt8] {
    defer { outgoing = [] }
    return outgoing
  }

  fileprivate func read(into buffer: UnsafeMutablePointer<CChar>, _ most: Int) -> Int {
    let count = unsafe min(most, incoming.count)
    guard count > 0 else { return 0 }
    unsafe UnsafeMutableRawPointer(buffer).copyMemory(from: incoming.baseAddress!, byteCount: count)
    unsafe incoming = UnsafeBufferPointer(rebasing: incoming[count...])
    return count
  }

  fileprivate func write(_ bytes: UnsafeBufferPointer<UInt8>) { unsafe outgoing.append(contentsOf: bytes) }
}

// Made once and not changed after it.
nonisolated(unsafe) private let method: OpaquePointer = {
  let method = unsafe BIO_meth_new(BIO_TYPE_SOURCE_SINK, "moviesnow session")
  unsafe BIO_meth_set_read(method) { bio, buffer, count in
    let read = unsafe bytes(of: bio).read(into: buffer!, Int(count))
    if read > 0 { return Int32(read) }
    unsafe bio_wants_more(bio)
    return -1
  }
  unsafe BIO_meth_set_write(method) { bio, buffer, count in
    let start = unsafe UnsafeRawPointer(buffer!).assumingMemoryBound(to: UInt8.self)
    unsafe bytes(of: bio).write(UnsafeBufferPointer(start: start, count: Int(count)))
    return count
  }
  // A flush has nothing to do, and must not fail.
  unsafe BIO_meth_set_ctrl(method) { _, command, _, _ in command == BIO_CTRL_FLUSH ? 1 : 0 }
  return unsafe method!
}()

private func bytes(of bio: OpaquePointer?) -> SessionBytes {
  unsafe Unmanaged<SessionBytes>.fromOpaque(BIO_get_data(bio)).takeUnretainedValue()
}
