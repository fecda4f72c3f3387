internal import HTTP
internal import HTTPServer
internal import Loop
internal import Synchronization

/// The content of a kept answer that lies on disk. Discarded, it stays until its last reader has done.
final class KeptFile: Sendable {
  let path: String
  let length: Int
  let ticket: DiskStore.Ticket
  private let checksums: [UInt32]
  private let disk: DiskStore
  private let use: Mutex<Use>
  /// Held while the record is written.
  private let writing = Mutex(())

  private struct Use {
    var readers = 0
    var isDiscarded = false
    /// Of the blocks: read by this process once, and right.
    var proved: [Bool]
    /// It was being read then: whoever reads it last deletes it.
    var isLeftToReaders = false
    /// Records that were to be written.
    var rewrites = 0
  }

  init(_ path: String, length: Int, _ checksums: [UInt32], _ ticket: DiskStore.Ticket, of disk: DiskStore) {
    self.path = path
    self.length = length
    self.checksums = checksums
    self.ticket = ticket
    self.disk = disk
    use = Mutex(Use(proved: Array(repeating: false, count: checksums.count)))
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
      guard use.isLeftToReaders, use.readers == 0 else { return false }
      use.isLeftToReaders = false
      return true
    }
    guard isLast else { return }
    disk.delete(path)
    disk.end()
  }

  /// Nobody is given it from now on.
  func discard() {
    let (isFirst, isUnread) = use.withLock { use in
      defer { use.isDiscarded = true }
      if !use.isDiscarded { use.isLeftToReaders = use.readers > 0 }
      return (!use.isDiscarded, use.readers == 0)
    }
    guard isFirst else { return }
    disk.giveUp(ticket)
    if isUnread { disk.delete(path) } else { disk.begin() }
  }

  /// What the next start reads of the answer around the content, off the loop; the content stays. Of several the last
  /// counts.
  func rewriteRecord(of answer: StoredAnswer, at now: Instant) {
    let record = DiskRecord(answer, checksums, at: now)
    let number = use.withLock { use in
      use.rewrites += 1
      return use.rewrites
    }
    let loop = EventLoop.current
    disk.begin()
    loop.start { [self] in
      do { try await loop.offload { [self] in try write(record, number) } } catch { discard() }
      disk.end()
    }
  }

  /// Unless a newer one has come. Blocks.
  private func write(_ record: DiskRecord, _ number: Int) throws {
    try writing.withLock { _ in
      guard use.withLock({ $0.rewrites == number }) else { return }
      try DiskFile(changing: path).replace(from: length, record.encoded())
    }
  }

  /// A block of content, proved to be what was written: once, because the folder is ours alone, and content does not
  /// change once its file has its name. Blocks.
  fileprivate func block(_ index: Int, of file: DiskFile) throws(DiskFile.Failure) -> [UInt8] {
    let start = index * DiskRecord.block
    let place = start..<min(start + DiskRecord.block, length)
    guard !use.withLock({ $0.proved[index] }) else { return try file.read(place.count, at: start) }
    let bytes = try file.block(place, checksums[index])
    use.withLock { $0.proved[index] = true }
    return bytes
  }

  /// Where the first block from there on begins that is not proved yet.
  fileprivate func proof(from position: Int) -> Int {
    use.withLock { use in
      let first = position / DiskRecord.block
      let end = use.proved[first...].firstIndex(of: false) ?? use.proved.count
      return max(position, min(end * DiskRecord.block, length))
    }
  }
}

/// A part of a kept file, block by block, as fast as it is asked for.
private final class KeptFileBody: FileContent {
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
    let (_, bytes) = try await read { [file] open in try file.block(index, of: open) }
    let last = min(end, start + bytes.count)
    defer { position = last }
    return position == start && last == start + bytes.count ? bytes : Array(bytes[(position - start)..<(last - start)])
  }

  /// All that is proved, else one block, which is then.
  func nextPart() async throws -> FilePart? {
    guard position < end else { return nil }
    let (open, proof) = try await read { [file, position] open in
      if file.proof(from: position) == position { _ = try file.block(position / DiskRecord.block, of: open) }
      return file.proof(from: position)
    }
    let last = min(end, proof)
    defer { position = last }
    return FilePart(open, position, last - position)
  }

  private func read<Found: Sendable>(
    _ find: @escaping @Sendable (DiskFile) throws -> Found
  ) async throws -> (DiskFile, Found) {
    do {
      let (opened, found) = try await EventLoop.current.offload { [file, open] in
        let open = try open ?? DiskFile(reading: file.path)
        return (open, try find(open))
      }
      open = opened
      return (opened, found)
    } catch {
      // What cannot be read whole is not given at all: the connection ends, and whoever comes next asks the origin.
      file.discard()
      throw error
    }
  }
}
