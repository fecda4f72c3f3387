internal import CUV
internal import Glibc

/// Bytes in memory that the kernel can send without a copy: a file without a name, whose pages are all it has. They
/// never change.
package final class MemoryFile: SendableFile {
  package let descriptor: Int32
  package let count: Int
  package var isResident: Bool { true }

  /// Nil when the system has no more files, or memory, to give.
  package init?(_ bytes: [UInt8]) {
    descriptor = unsafe memfd_create("content", UInt32(MFD_CLOEXEC))
    count = bytes.count
    guard descriptor >= 0 else { return nil }
    var written = 0
    while written < bytes.count {
      let more = unsafe bytes.withUnsafeBytes { buffer in
        unsafe pwrite(descriptor, buffer.baseAddress! + written, buffer.count - written, written)
      }
      if more < 0, errno == EINTR { continue }
      guard more > 0 else { return nil }
      written += more
    }
  }

  deinit { if descriptor >= 0 { close(descriptor) } }

  package func read(_ range: Range<Int>) -> [UInt8] {
    unsafe [UInt8](unsafeUninitializedCapacity: range.count) { buffer, initialized in
      while initialized < range.count {
        let read = unsafe pread(
          descriptor, buffer.baseAddress! + initialized, range.count - initialized, range.lowerBound + initialized)
        precondition(read > 0 || errno == EINTR, "memory can be read")
        initialized += max(0, read)
      }
    }
  }
}
