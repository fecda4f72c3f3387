internal import CUV
internal import Glibc

/// A file whose bytes the kernel can send by itself. As long as anybody holds it, it is open and stays as it is.
package protocol SendableFile: AnyObject, Sendable {
  var descriptor: Int32 { get }
  /// All of it is in memory: to send it never waits for a disk.
  var isResident: Bool { get }
}

/// A part of such a file, on its way.
package struct FilePart: Sendable {
  package let file: any SendableFile
  package private(set) var offset: Int
  /// In bytes.
  package private(set) var count: Int

  package init(_ file: any SendableFile, _ offset: Int, _ count: Int) {
    self.file = file
    self.offset = offset
    self.count = count
  }

  /// As much as the socket takes, which is none while it is full. Blocks for a disk, never for the peer.
  func send(through socket: Int32) throws(UVError) -> Int {
    while true {
      var place = off_t(offset)
      let sent = unsafe sendfile(socket, file.descriptor, &place, count)
      if sent > 0 { return sent }
      if sent == 0 { throw UVError(code: UV_EOF.rawValue) }
      if errno == EAGAIN { return 0 }
      if errno != EINTR { throw UVError(code: -errno) }
    }
  }

  mutating func advance(by sent: Int) {
    offset += sent
    count -= sent
  }
}
