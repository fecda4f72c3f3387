internal import Compression
internal import Glibc
internal import Loop

/// A file of the disk tier, closed with its last reference. All of it blocks: for the worker pool.
final class DiskFile: SendableFile {
  struct Failure: Error, CustomStringConvertible {
    let code: Int32
    var description: String { unsafe String(cString: strerror(code)) }

    /// A file that is not what its record says.
    static let damaged = Failure(code: EBADMSG)
  }

  let descriptor: Int32

  init(reading path: String) throws(Failure) {
    descriptor = try Self.check(unsafe open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW))
  }

  /// A new file; one that exists already is an error.
  init(creating path: String) throws(Failure) {
    descriptor = try Self.check(unsafe open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0o600))
  }

  init(changing path: String) throws(Failure) {
    descriptor = try Self.check(unsafe open(path, O_WRONLY | O_CLOEXEC | O_NOFOLLOW))
  }

  /// Fails while another process has it.
  init(locking path: String) throws(Failure) {
    descriptor = try Self.check(unsafe open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600))
    try Self.check(flock(descriptor, LOCK_EX | LOCK_NB))
  }

  deinit { close(descriptor) }

  var size: Int {
    get throws(Failure) {
      var status = stat()
      try Self.check(unsafe fstat(descriptor, &status))
      return Int(status.st_size)
    }
  }

  /// All of the bytes there, or it throws.
  func read(_ count: Int, at offset: Int) throws(Failure) -> [UInt8] {
    var filled = 0
    var failure: Failure?
    let bytes = unsafe [UInt8](unsafeUninitializedCapacity: count) { buffer, initialized in
      while filled < count {
        let read = unsafe pread(descriptor, buffer.baseAddress! + filled, count - filled, offset + filled)
        if read < 0, errno == EINTR { continue }
        guard read > 0 else {
          failure = read == 0 ? .damaged : Failure(code: errno)
          break
        }
        filled += read
      }
      initialized = filled
    }
    if let failure { throw failure }
    return bytes
  }

  /// A block of content, proved to be what was written there.
  func block(_ place: Range<Int>, _ sum: UInt32) throws(Failure) -> [UInt8] {
    let bytes = try read(place.count, at: place.lowerBound)
    guard checksum(bytes) == sum else { throw .damaged }
    return bytes
  }

  /// All from that place on. A file that is cut off in the middle of it has no whole record, and is none.
  func replace(from offset: Int, _ bytes: [UInt8]) throws(Failure) {
    try Self.check(ftruncate(descriptor, offset))
    try Self.check(Int32(clamping: lseek(descriptor, 0, SEEK_END)))
    try append(bytes)
    try synchronise()
  }

  func append(_ bytes: [UInt8]) throws(Failure) {
    var written = 0
    while written < bytes.count {
      let count = unsafe bytes.withUnsafeBytes { buffer in
        unsafe write(descriptor, buffer.baseAddress! + written, bytes.count - written)
      }
      if count < 0, errno == EINTR { continue }
      try Self.check(Int32(clamping: count))
      written += count
    }
  }

  /// Returns once the bytes would survive a power cut.
  func synchronise() throws(Failure) { try Self.check(fsync(descriptor)) }

  @discardableResult
  static func check(_ result: Int32) throws(Failure) -> Int32 {
    guard result >= 0 else { throw Failure(code: errno) }
    return result
  }
}
