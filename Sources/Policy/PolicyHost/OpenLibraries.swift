internal import Glibc
internal import Synchronization

/// The libraries that this process has opened, by what was in their files: one that has not changed is not opened
/// again, so that a node may be reloaded as often as anybody likes. None is ever closed.
final class OpenLibraries: Sendable {
  private let libraries = Mutex<[FileStamp: PolicyLibrary]>([:])

  /// - Parameter copy: of the file that `stamp` is of.
  func library(_ source: PolicySource, copy: String, of stamp: FileStamp) throws(PolicyError) -> PolicyLibrary {
    if let known = libraries.withLock({ $0[stamp] }) {
      return unsafe try PolicyLibrary(name: source.name, table: known.table)
    }
    let library = try PolicyLibrary(source, copy: copy)
    if stamp.isSettled { libraries.withLock { $0[stamp] = library } }
    return library
  }
}

/// What a file held when it was copied: whoever writes or replaces it changes this.
struct FileStamp: Hashable, Sendable {
  private let device: UInt
  private let inode: UInt
  private let size: Int
  /// In nanoseconds; no program can set it.
  private let changed: Int
  /// Another write may come within the same tick of the file system's clock, and would not be seen.
  let isSettled: Bool

  private static let tick = 100_000_000

  init(_ status: stat) {
    var now = timespec()
    unsafe clock_gettime(CLOCK_REALTIME, &now)
    device = status.st_dev
    inode = status.st_ino
    size = status.st_size
    changed = status.st_ctim.tv_sec * 1_000_000_000 + status.st_ctim.tv_nsec
    isSettled = now.tv_sec * 1_000_000_000 + now.tv_nsec - changed > Self.tick
  }

  static func == (one: FileStamp, other: FileStamp) -> Bool {
    (one.device, one.inode, one.size, one.changed) == (other.device, other.inode, other.size, other.changed)
  }

  func hash(into hasher: inout Hasher) {
    hasher.combine(inode)
    hasher.combine(changed)
  }
}
