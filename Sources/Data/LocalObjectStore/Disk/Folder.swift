internal import Glibc

/// What the store needs of folders.
enum Folder {
  /// Readable by its owner only. One that exists stays as it is.
  static func make(_ path: String) throws(FileError) {
    guard unsafe mkdir(path, 0o700) != 0, errno != EEXIST else { return }
    throw FileError(operation: "mkdir", code: errno)
  }

  /// Names in no order, without `.` and `..`; none when the folder does not exist.
  static func names(in path: String) -> [String] {
    guard let folder = unsafe opendir(path) else { return [] }
    defer { unsafe closedir(folder) }
    var names: [String] = []
    while let entry = unsafe readdir(folder) {
      let name = unsafe withUnsafePointer(to: &entry.pointee.d_name) {
        unsafe $0.withMemoryRebound(to: CChar.self, capacity: 256) { unsafe String(cString: $0) }
      }
      if name != ".", name != ".." { names.append(name) }
    }
    return names
  }

  /// Makes renames and removals in the folder survive a power cut.
  static func synchronise(_ path: String) throws(FileError) {
    let descriptor = try FileError.check("open") { unsafe open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC) }
    defer { close(descriptor) }
    try FileError.check("fsync") { fsync(descriptor) }
  }

  static func move(_ old: String, to new: String) throws(FileError) {
    try FileError.check("rename") { unsafe rename(old, new) }
  }

  /// A file that is gone already is no error.
  static func removeFile(_ path: String) throws(FileError) {
    guard unsafe unlink(path) != 0, errno != ENOENT else { return }
    throw FileError(operation: "unlink", code: errno)
  }

  /// With the files in it; it holds no folders.
  static func removeTree(_ path: String) throws(FileError) {
    for name in names(in: path) { try removeFile("\(path)/\(name)") }
    guard unsafe rmdir(path) != 0, errno != ENOENT else { return }
    throw FileError(operation: "rmdir", code: errno)
  }

  /// All of a small file.
  static func read(_ path: String) throws(FileError) -> [UInt8] {
    let file = try OpenFile(reading: path)
    var bytes: [UInt8] = []
    while true {
      let piece = try file.read(64 * 1_024, at: Int64(bytes.count))
      bytes += piece
      if piece.count < 64 * 1_024 { return bytes }
    }
  }
}
