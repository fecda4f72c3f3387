internal import Compression
internal import HTTP
internal import Loop
internal import Synchronization

/// The content of a kept answer that lies on disk. Discarded, it stays until its last reader has done.
final class KeptFile: Sendable {
  let path: String
  let length: Int
  let ticket: DiskStore.Ticket
  private let checksums: [UInt32]
  private let disk: DiskStore
  private let use = Mutex(Use())

  private struct Use {
    var readers = 0
    var isDiscarded = false
  }

  init(_ path: String, length: Int, _ checksums: [UInt32], _ ticket: DiskStore.Ticket, of disk: DiskStore) {
    self.path = path
    self.length = length
    self.checksums = checksums
    self.ticket = ticket
    self.disk = disk
  }

  var isDiscarded: Bool { use.withLock { $0.isDiscarded } }

  func body(_ first: Int, _ count: Int) -> Body {
    disk.noteUse(of: ticket)
    use.withLock { $0.readers += 1 }
    return .stream(KeptFileBody(self, first, count), length: count)
  }

  fileprivate func readerLeft() {
    let isLast = use.withLock { use in
      use.readers -= 1
      return use.isDiscarded && use.readers == 0
    }
    guard isLast else { return }
    disk.delete(path)
    disk.end()
  }

  /// Nobody is given it from now on.
  func discard() {
    let (isFirst, isUnread) = use.withLock { use in
      defer { use.isDiscarded = true }
      return (!use.isDiscarded, use.readers == 0)
    }
    guard isFirst else { return }
    disk.giveUp(ticket)
    if isUnread { disk.delete(path) } else { disk.begin() }
  }

  /// What the next start reads of the answer around the content, off the loop; the content stays.
  func rewriteRecord(of answer: StoredAnswer, at now: Instant) {
    let record = DiskRecord(answer, checksums, at: now)
    let loop = EventLoop.current
    disk.begin()
    loop.start { [self] in
      do {
        try await loop.offload { [path, length] in try DiskFile(changing: path).replace(from: length, record.encoded())
        }
      } catch { discard() }
      disk.end()
    }
  }

  /// A block of content, proved to be what was written. Blocks.
  fileprivate func block(_ index: Int, of file: DiskFile) throws(DiskFile.Failure) -> [UInt8] {
    let start = index * DiskRecord.block
    let bytes = try file.read(min(DiskRecord.block, length - start), at: start)
    guard checksum(bytes) == checksums[index] else { throw .damaged }
    return bytes
  }
}

/// A part of a kept file, block by block, as fast as it is asked for.
private final class KeptFileBody: BodySource {
  private let file: KeptFile
  private var position: Int
  private let end: Int
  private var open: DiskFile?

  init(_ file: KeptFile, _ first: Int, _ count: Int) {
    self.file = file
    position = first
    end = first + count
  }

  deinit { file.readerLeft() }

  func next() async throws -> [UInt8]? {
    guard position < end else { return nil }
    let index = position / DiskRecord.block
    let start = index * DiskRecord.block
    let bytes: [UInt8]
    do {
      (open, bytes) = try await EventLoop.current.offload { [file, open] in
        let open = try open ?? DiskFile(reading: file.path)
        return (open, try file.block(index, of: open))
      }
    } catch {
      // What cannot be read whole is not given at all: the connection ends, and whoever comes next asks the origin.
      file.discard()
      throw error
    }
    let last = min(end, start + bytes.count)
    defer { position = last }
    return position == start && last == start + bytes.count ? bytes : Array(bytes[(position - start)..<(last - start)])
  }
}
