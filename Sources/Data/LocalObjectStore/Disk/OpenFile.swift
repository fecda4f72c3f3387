internal import Glibc

/// An open file, closed with its last reference: an object that is replaced or deleted meanwhile is read to its end.
final class OpenFile: Sendable {
  private let descriptor: Int32

  init(reading path: String) throws(FileError) {
    descriptor = try FileError.check("open") { unsafe open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW) }
  }

  /// A new file; one that exists already is an error.
  init(creating path: String) throws(FileError) {
    descriptor = try FileError.check("create") {
      unsafe open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0o600)
    }
  }

  deinit { close(descriptor) }

  /// Up to `count` bytes; fewer only at the file's end.
  func read(_ count: Int, at offset: Int64) throws(FileError) -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: count)
    var filled = 0
    while filled < count {
      let read = try FileError.check("read") {
        unsafe bytes.withUnsafeMutableBytes { buffer in
          unsafe pread(descriptor, buffer.baseAddress! + filled, count - filled, Int(offset) + filled)
        }
      }
      if read == 0 { break }
      filled += read
    }
    bytes.removeLast(count - filled)
    return bytes
  }

  func append(_ bytes: [UInt8]) throws(FileError) {
    var written = 0
    while written < bytes.count {
      written += try FileError.check("write") {
        unsafe bytes.withUnsafeBytes { buffer in
          unsafe write(descriptor, buffer.baseAddress! + written, bytes.count - written)
        }
      }
    }
  }

  /// Returns once the bytes would survive a power cut.
  func synchronise() throws(FileError) {
    try FileError.check("fsync") { fsync(descriptor) }
  }
}
