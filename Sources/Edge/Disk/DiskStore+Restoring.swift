internal import FoundationEssentials
internal import Glibc
internal import Logging
internal import Loop

/// What a start finds.
extension DiskStore {
  private struct Found: Sendable {
    let path: String
    let record: DiskRecord
  }

  /// How often another process's folder is asked for: whoever this process takes over from has it to its end, and
  /// flock(2) tells nobody that a lock is free without blocking for it.
  private static let patience = Duration.milliseconds(200)

  /// Waits for the folder, then brings back what earlier processes have kept whole, off the loop. All else is deleted.
  ///
  /// What another process does to the folder meanwhile is no harm: purges are followed from the place that was on disk
  /// when this process began, and no file that it finds now obeys fewer.
  /// - Parameter obeysPurges: without the place on their stream nothing is trusted.
  func restore(into store: AnswerStore, obeysPurges: Bool, on loop: EventLoop) async {
    guard await isOpened(on: loop) else { return }
    defer { end() }
    let isTrusted = !obeysPurges || position != nil
    let found = (try? await loop.offload { [self] in read(isTrusted: isTrusted) }) ?? []
    for file in found {
      let key = CacheKey(bytes: file.record.key)
      // A newer one has come meanwhile.
      guard store.variant(key, of: key.url) == nil else {
        delete(file.path)
        continue
      }
      let ticket = admit(key)
      let hasRoom = store.makeRoom(file.record.length, for: ticket, on: self)
      let kept = KeptFile(file.path, length: file.record.length, file.record.checksums, ticket, of: self)
      if hasRoom, let answer = file.record.answer(kept, at: loop.now) {
        store.insert(answer)
      } else {
        kept.discard()
      }
    }
    log.notice("the disk tier is there", metadata: ["answers": "\(found.count)", "bytes": "\(bytes)"])
  }

  /// False when this process ends first.
  private func isOpened(on loop: EventLoop) async -> Bool {
    var hasTold = false
    while !isClosed {
      do {
        try open()
        return true
      } catch {
        if !hasTold {
          log.warning("large answers are not kept yet", metadata: ["folder": "\(folder)", "error": "\(error)"])
        }
        hasTold = true
        await loop.sleep(for: Self.patience)
      }
    }
    return false
  }

  /// Blocks. The oldest first, as they came; of two of one key, as a kill may leave them, the newer.
  private func read(isTrusted: Bool) -> [Found] {
    var found: [[UInt8]: Found] = [:]
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
    for name in names where !["lock", "position"].contains(name) && !name.contains(epoch) {
      let path = "\(folder)/\(name)"
      if isTrusted, !name.hasPrefix("new-"), let record = try? DiskRecord.read(from: DiskFile(reading: path)) {
        let file = Found(path: path, record: record)
        let other = found[record.key] ?? file
        let (older, newer) = other.record.savedAtNs < record.savedAtNs ? (other, file) : (file, other)
        found[record.key] = newer
        if older.path != newer.path { unsafe unlink(older.path) }
      } else {
        unsafe unlink(path)
      }
    }
    return found.values.sorted { $0.record.savedAtNs < $1.record.savedAtNs }
  }
}
