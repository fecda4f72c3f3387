internal import Compression
internal import Glibc
internal import HTTP
internal import Logging
internal import Loop

/// Content on its way to a client that is written to disk as it passes, no faster than the disk takes it. Only when all
/// of it has come does it become an answer; a client that leaves, or a disk that fails, ends the writing and no more.
final class DiskFill: BodySource {
  private let source: any BodySource
  private let length: Int
  private let key: CacheKey
  private let store: AnswerStore
  private let disk: DiskStore
  private let answer: (StoredContent) -> StoredAnswer
  private let path: String
  private let ticket: DiskStore.Ticket
  private var file: DiskFile?
  private var block: [UInt8] = []
  private var checksums: [UInt32] = []
  private var received = 0
  private var isOpen = true

  /// - Parameters:
  ///   - length: of the content, as the origin has told it.
  ///   - answer: around the content, once it is there.
  init(
    _ source: any BodySource, length: Int, _ key: CacheKey, into store: AnswerStore, _ disk: DiskStore,
    answer: @escaping (StoredContent) -> StoredAnswer
  ) {
    self.source = source
    self.length = length
    self.key = key
    self.store = store
    self.disk = disk
    self.answer = answer
    ticket = store.makeRoom(length, for: key, on: disk)
    path = "\(disk.folder)/new-\(disk.epoch)\(ticket.serial)"
  }

  deinit { if isOpen { abandon() } }

  func next() async throws -> [UInt8]? {
    guard let piece = try await source.next() else {
      await finish()
      return nil
    }
    guard isOpen else { return piece }
    received += piece.count
    block += piece
    while block.count >= DiskRecord.block, isOpen {
      let bytes = Array(block.prefix(DiskRecord.block))
      block.removeFirst(bytes.count)
      await append(bytes)
    }
    return piece
  }

  private func append(_ bytes: [UInt8]) async {
    do {
      let (open, sum) = try await EventLoop.current.offload { [path, file] in
        let open = try file ?? DiskFile(creating: path)
        try open.append(bytes)
        return (open, checksum(bytes))
      }
      file = open
      checksums.append(sum)
    } catch {
      disk.log.warning("a large answer cannot be written", metadata: ["error": "\(error)"])
      abandon()
    }
    if !disk.holds(ticket) { abandon() }
  }

  private func finish() async {
    guard isOpen, received == length else { return }
    if !block.isEmpty { await append(block) }
    guard isOpen, let file else { return }
    isOpen = false
    let kept = KeptFile(
      "\(disk.folder)/\(disk.epoch)\(ticket.serial)", length: length, checksums, ticket, of: disk)
    let answer = answer(StoredContent(kept))
    // Until it is settled, a purge that it must obey is not obeyed on disk: the next start would read it again.
    disk.begin()
    let loop = EventLoop.current
    loop.start { [store, disk, path, checksums] in
      do {
        guard store.permits(answer) else { throw Outdated() }
        let record = try DiskRecord(answer, checksums, at: loop.now).encoded()
        try await loop.offload {
          try file.append(record)
          try file.synchronise()
          try DiskFile.check(unsafe rename(path, kept.path))
        }
        store.insert(answer)
      } catch {
        if !(error is Outdated) {
          disk.log.warning("a large answer cannot be kept", metadata: ["error": "\(error)"])
        }
        kept.discard()
        disk.delete(path)
      }
      disk.end()
    }
  }

  private func abandon() {
    isOpen = false
    block = []
    disk.giveUp(ticket)
    if file != nil { disk.delete(path) }
  }
}

/// A purge has come since the question.
private struct Outdated: Error {}
