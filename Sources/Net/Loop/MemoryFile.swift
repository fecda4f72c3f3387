internal import CUV
internal import Glibc
internal import Synchronization

/// Bytes in memory that the kernel can send without a copy: a file without a name, whose pages are all it has. They
/// never change.
package final class MemoryFile: SendableFile {
  package let descriptor: Int32
  package let count: Int

  /// At once in a process: what else it has to open finds room beside them.
  private static let most = 512
  private static let open = Atomic(0)

  /// Nil when there are enough of them, or the system has no more to give.
  package init?(_ bytes: [UInt8]) {
    let others = Self.open.wrappingAdd(1, ordering: .relaxed).oldValue
    descriptor = others < Self.most ? unsafe memfd_create("content", UInt32(MFD_CLOEXEC)) : -1
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

  deinit {
    if descriptor >= 0 { close(descriptor) }
    Self.open.wrappingSubtract(1, ordering: .relaxed)
  }

  package func isInMemory(_ offset: Int, _ count: Int) -> Bool { true }

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
