internal import FoundationEssentials
internal import Glibc
internal import Invocation
internal import Loop

/// That one `moviesnow dev` at a time uses a state folder. PostgreSQL and Redis hold the lock too, so that a start
/// right after a crash waits until the last of them has written what it had.
enum StateLock {
  /// Held until this process and all its children have ended.
  static func take(in folder: StateFolder, on loop: EventLoop) async throws {
    let path = "\(folder.path)/lock"
    // Without O_CLOEXEC: that is how children hold it.
    let file = unsafe open(path, O_RDWR | O_CREAT, 0o600)
    guard file >= 0 else { throw CommandFailure("\(path): it cannot be opened. Remove it and try again.") }
    let deadline = loop.now + .seconds(30)
    while flock(file, LOCK_EX | LOCK_NB) != 0 {
      if let holder = holder(path), kill(holder, 0) == 0 {
        throw CommandFailure("--state \(folder.path): process \(holder) uses it. Stop that, or choose another folder.")
      }
      guard loop.now < deadline else {
        throw CommandFailure("--state \(folder.path): what an earlier run started still uses it: fuser \(path)")
      }
      await loop.sleep(for: .milliseconds(50))
    }
    let text = "\(getpid())\n"
    guard ftruncate(file, 0) == 0, unsafe write(file, text, text.utf8.count) == text.utf8.count else {
      throw CommandFailure("\(path): it cannot be written. Is the disk full?")
    }
  }

  /// The `moviesnow dev` that took it last.
  private static func holder(_ path: String) -> Int32? {
    let bytes = FileManager.default.contents(atPath: path) ?? Data()
    return Int32(String(decoding: bytes, as: UTF8.self).prefix { $0.isNumber })
  }
}
