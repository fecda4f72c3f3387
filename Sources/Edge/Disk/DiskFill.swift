internal import Compression
internal import Glibc
internal import HTTP
internal import Logging
internal import Loop

/// A file of the disk tier that is being written, block by block, and can be read meanwhile. Only when all of the
/// content has come does it become an answer; a disk that fails, or a place that is needed for another, ends the
/// writing and no more: what is written stays there for those who are reading it.
final class DiskFill {
  private enum State {
    case isOpen, isWhole, isGivenUp
  }

  private let length: Int
  private let store: AnswerStore
  private let disk: DiskStore
  private let path: String
  private let ticket: DiskStore.Ticket
  private var file: DiskFile?
  private var checksums: [UInt32] = []
  private var state = State.isOpen

  /// - Parameter length: of the content, in bytes, as the origin has told it.
  init(length: Int, _ key: CacheKey, into store: AnswerStore, _ disk: DiskStore) {
    self.length = length
    self.store = store
    self.disk = disk
    ticket = disk.admit(key)
    path = "\(disk.folder)/new-\(disk.epoch)\(ticket.serial)"
  }

  deinit { if state == .isOpen { giveUp() } }

  /// It will never be an answer.
  var isGivenUp: Bool { state == .isGivenUp }

  /// False when the block is not on disk, and no further one will be.
  func append(_ block: [UInt8]) async -> Bool {
    guard store.makeRoom(block.count, for: ticket, on: disk) else {
      giveUp()
      return false
    }
    do {
      let file = try await begun()
      checksums.append(
        try await EventLoop.current.offload {
          try file.append(block)
          return checksum(block)
        })
    } catch {
      disk.log.warning("a large answer cannot be written", metadata: ["error": "\(error)"])
      giveUp()
      return false
    }
    return true
  }

  private func begun() async throws -> DiskFile {
    if let file { return file }
    let begun = try await EventLoop.current.offload { [path] in try DiskFile(creating: path) }
    file = begun
    return begun
  }

  /// The rest of the block around that place, which has been written.
  func block(at position: Int) async throws -> ArraySlice<UInt8> {
    let index = position / DiskRecord.block
    let start = index * DiskRecord.block
    let bytes = try await EventLoop.current.offload { [file, sum = checksums[index], length] in
      try file?.block(start..<min(start + DiskRecord.block, length), sum) ?? []
    }
    return bytes[(position - start)...]
  }

  /// All has come: the content becomes an answer.
  /// - Parameter rest: of the content, behind the blocks.
  func keep(_ rest: [UInt8], as answer: (StoredContent) -> StoredAnswer) async {
    guard state == .isOpen, checksums.count * DiskRecord.block + rest.count == length else { return }
    if !rest.isEmpty { _ = await append(rest) }
    guard state == .isOpen, let file else { return }
    state = .isWhole
    let kept = KeptFile(
      "\(disk.folder)/\(disk.epoch)\(ticket.serial)", length: length, checksums, ticket, of: disk)
    let answer = answer(StoredContent(kept))
    // Until it is settled, a purge that it must obey is not obeyed on disk: the next start would read it again.
    disk.begin()
    defer { disk.end() }
    let loop = EventLoop.current
    do {
      guard store.permits(answer) else { throw Outdated() }
      let record = try DiskRecord(answer, checksums, at: loop.now).encoded()
      try await loop.offload { [path] in
        try file.append(record)
        try file.synchronise()
        try DiskFile.check(unsafe rename(path, kept.path))
      }
      store.insert(answer)
      // Another may have taken its place meanwhile.
      if !disk.holds(ticket) { kept.discard() }
    } catch {
      if !(error is Outdated) {
        disk.log.warning("a large answer cannot be kept", metadata: ["error": "\(error)"])
      }
      kept.discard()
      disk.delete(path)
    }
  }

  private func giveUp() {
    state = .isGivenUp
    disk.giveUp(ticket)
    if file != nil { disk.delete(path) }
  }
}

/// A purge has come since the question.
private struct Outdated: Error {}
