internal import CUV
internal import Glibc

/// A part of a file, on its way.
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

  /// Of what one call sends, in bytes: others wait for it.
  private static let most = 2 * 1024 * 1024

  /// What one call would send, in bytes.
  var stretch: Int { min(Self.most, count) }

  /// As much as the socket takes at once, which is none while it is full.
  func send(through socket: Int32) throws(UVError) -> Int {
    while true {
      var place = off_t(offset)
      let sent = unsafe sendfile(socket, file.descriptor, &place, stretch)
      if sent > 0 { return sent }
      if sent == 0 { throw UVError(code: UV_EOF.rawValue) }
      if errno == EAGAIN { return 0 }
      if errno != EINTR { throw UVError(code: -errno) }
    }
  }

  /// Its first bytes, read.
  func first(_ most: Int, on loop: EventLoop) async throws -> [UInt8] {
    let count = min(most, count)
    return file.isInMemory(offset, count) ? try read(count) : try await loop.offload { try read(count) }
  }

  private func read(_ count: Int) throws(UVError) -> [UInt8] {
    var failure: UVError?
    let bytes = unsafe [UInt8](unsafeUninitializedCapacity: count) { buffer, initialized in
      let read = unsafe pread(file.descriptor, buffer.baseAddress, count, offset)
      if read <= 0 { failure = UVError(code: read == 0 ? UV_EOF.rawValue : -errno) }
      initialized = max(0, read)
    }
    if let failure { throw failure }
    return bytes
  }

  /// To send some of it does not wait for a disk.
  var isInMemory: Bool { file.isInMemory(offset, stretch) }

  mutating func advance(by sent: Int) {
    offset += sent
    count -= sent
  }
}
