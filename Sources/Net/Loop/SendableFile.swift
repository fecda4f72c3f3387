internal import CUV
internal import Glibc

/// A file whose bytes the kernel can send by itself. As long as anybody holds it, it is open and stays as it is.
package protocol SendableFile: AnyObject, Sendable {
  var descriptor: Int32 { get }
  /// To send these bytes does not wait for a disk.
  func isInMemory(_ offset: Int, _ count: Int) -> Bool
}

extension SendableFile {
  /// The kernel reads and drops a file in runs: what it has of both ends, it has in between, with few exceptions.
  package func isInMemory(_ offset: Int, _ count: Int) -> Bool { hasAtHand(offset) && hasAtHand(offset + count - 1) }

  private func hasAtHand(_ offset: Int) -> Bool {
    var byte: UInt8 = 0
    return unsafe withUnsafeMutableBytes(of: &byte) { byte in
      var part = unsafe iovec(iov_base: byte.baseAddress, iov_len: 1)
      return unsafe preadv2(descriptor, &part, 1, off_t(offset), RWF_NOWAIT) == 1
    }
  }
}
